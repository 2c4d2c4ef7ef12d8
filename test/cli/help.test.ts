import { expect, test } from 'vitest';
import { formatOptions } from '../../src/cli/help.ts';

test('one flag a line, aligned, with its default', () => {
  expect(
    formatOptions({
      tail: { short: 'n', type: 'string', default: 'all', summary: 'Lines to show' },
      file: { short: 'f', type: 'strings', summary: 'Compose file' },
      secret: { type: 'boolean', hidden: true, summary: 'Not shown' },
      wait: { type: 'boolean', default: false, summary: 'Wait' },
    }),
  ).toBe(
    [
      '  -f, --file stringArray   Compose file',
      '  -n, --tail string        Lines to show (default "all")',
      '      --wait               Wait',
      '',
    ].join('\n'),
  );
});
