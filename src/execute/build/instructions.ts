/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In capital letters. */
  readonly keyword: string;
  /** As written, continued lines included; without the bodies of here-documents. */
  readonly text: string;
  /** Lines from `first` up to `end`, counted from 0, hold the text. */
  readonly first: number;
  readonly end: number;
}

/** Instructions of a Dockerfile in order. Comments, empty lines and bodies of here-documents are left out. */
export function instructionsOf(dockerfile: string): readonly Instruction[] {
  const lines = dockerfile.split('\n');
  const continued = continuation(lines);
  const found: Instruction[] = [];
  for (let at = 0; at < lines.length; ) {
    if (isNothing(lines[at]!)) {
      at++;
      continue;
    }
    const first = at;
    // Comments and empty lines within a continued instruction don't end it.
    while (at < lines.length - 1 && (continued.test(lines[at]!) || (at > first && isNothing(lines[at]!))))
      at++;
    at++;
    const text = lines.slice(first, at).join('\n');
    const keyword = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? '';
    found.push({ keyword, text, first, end: at });
    for (const { name, indented } of hereDocuments(keyword, text)) {
      while (at < lines.length && (indented ? lines[at]!.replace(/^\t+/, '') : lines[at]!) !== name) at++;
      at++;
    }
  }
  return found;
}

function isNothing(line: string): boolean {
  return /^\s*(?:#|$)/.test(line);
}

/** What ends a line that goes on: a backslash, or what the directive `escape` says. */
function continuation(lines: readonly string[]): RegExp {
  return escapeOf(lines) === '`' ? /`[ \t\r]*$/ : /\\[ \t\r]*$/;
}

function escapeOf(lines: readonly string[]): string {
  for (const line of lines) {
    const [, name, value] = /^#\s*(\w+)\s*=\s*(\S+)/.exec(line) ?? [];
    if (name === undefined) return '\\';
    if (name.toLowerCase() === 'escape') return value ?? '\\';
  }
  return '\\';
}

function hereDocuments(keyword: string, text: string): { name: string; indented: boolean }[] {
  if (!['RUN', 'COPY', 'ADD'].includes(keyword)) return [];
  return [...text.matchAll(/(?<!<)<<(-?)(["']?)([A-Za-z_][\w.]*)\2/g)].map(([, dash, , name = '']) => ({
    name,
    indented: dash === '-',
  }));
}
