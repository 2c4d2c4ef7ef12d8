import type { Page } from './page.ts';

/** A page's file below docs/cli. */
export function markdownFile({ path }: Page): string {
  return path.length === 0 ? 'README.md' : `${path.join('-')}.md`;
}

export function markdownPage(page: Page): string {
  const name = ['tscompose', ...page.path].join(' ');
  const parts = [
    `# ${name}`,
    `${page.summary}.`,
    `\`\`\`\n${name} ${page.usage}\n\`\`\``,
    page.aliases.length === 0 ? '' : `Also: ${page.aliases.map((alias) => `\`${alias}\``).join(', ')}`,
    members(page),
    options(page),
    examples(page),
    page.path.length === 0
      ? ''
      : 'The options of [tscompose](README.md) are accepted too, before and after the command.',
  ];
  const notice = '<!-- Made by `npm run docs` from the options that the program reads. -->';
  return `${[...parts, notice].filter((part) => part !== '').join('\n\n')}\n`;
}

function members({ members: all, path }: Page): string {
  if (all.length === 0) return '';
  const rows = all.map(({ name, summary }) => {
    const file = `${[...path, name].join('-')}.md`;
    return `| [${name}](${file}) | ${cell(summary)} |`;
  });
  return ['## Commands', '', '| command | |', '|---|---|', ...rows].join('\n');
}

function options({ options: all }: Page): string {
  if (all.length === 0) return '';
  const rows = all.map(({ flag, summary, fallback }) => {
    const known = fallback === undefined ? '' : ` (default: \`${fallback}\`)`;
    return `| \`${flag}\` | ${cell(summary)}${known} |`;
  });
  return ['## Options', '', '| option | |', '|---|---|', ...rows].join('\n');
}

function examples({ examples: all }: Page): string {
  if (all.length === 0) return '';
  const parts = all.map(([command, does]) => `\`\`\`sh\n${command}\n\`\`\`\n${does}`);
  return `## Examples\n\n${parts.join('\n\n')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
