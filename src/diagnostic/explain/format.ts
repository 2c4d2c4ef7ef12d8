import { type Code, codes } from '../codes.ts';
import { explanations, filesOf } from './all.ts';

/** What `tscompose explain CODE` prints. @param width columns of running text */
export function explainCode(code: Code, width = 80): string {
  const explanation = explanations[code];
  const files = Object.entries(filesOf(explanation));
  return [
    `${code} (${kindOf(code)}): ${codes[code]}\n`,
    `${wrap(explanation.text, width)}\n`,
    ...files.map(([name, text]) => `Example, ${name}:\n${indent(text)}`),
    ...(kindOf(code) === 'warning'
      ? [
          `To silence it, write at the top level of the file or in a service:\n${indent(`x-tscompose:\n  ignore: [${code}]\n`)}`,
        ]
      : []),
  ].join('\n');
}

/** The page of all codes, as Markdown. */
export function explainAll(): string {
  const parts = (Object.keys(codes) as Code[]).map((code) => {
    const explanation = explanations[code];
    const files = Object.entries(filesOf(explanation)).map(
      ([name, text]) =>
        `\`\`\`${name.endsWith('.yaml') || name.endsWith('.yml') ? 'yaml' : 'sh'}\n# ${name}\n${text}\`\`\`\n`,
    );
    return [`## ${code}: ${codes[code]}\n`, `${explanation.text}\n`, ...files].join('\n');
  });
  return parts.join('\n');
}

export function kindOf(code: Code): 'error' | 'warning' {
  return code.startsWith('TSC2') ? 'warning' : 'error';
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}

function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
