import type { Options } from './command.ts';

/** What follows an option of a type in a usage line. */
export const kinds = {
  boolean: '',
  string: 'string',
  strings: 'stringArray',
  number: 'int',
  'optional-string': 'string',
} as const;

/** One flag a line, sorted by name: `  -f, --file stringArray   Compose file (default …)`. */
export function formatOptions(options: Options): string {
  const rows = Object.entries(options)
    .filter(([, option]) => option.hidden !== true)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, option]): [string, string] => {
      const kind = option.placeholder ?? kinds[option.type];
      const short = option.short === undefined ? '    ' : `-${option.short}, `;
      const fallback =
        option.default === undefined || option.default === false || option.default === ''
          ? ''
          : ` (default ${JSON.stringify(option.default)})`;
      return [`  ${short}--${name}${kind === '' ? '' : ` ${kind}`}`, option.summary + fallback];
    });
  const width = Math.max(0, ...rows.map(([flag]) => flag.length)) + 3;
  return rows.map(([flag, text]) => `${flag.padEnd(width)}${text}\n`).join('');
}
