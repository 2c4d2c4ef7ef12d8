import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../diagnostic/errors.ts';
import { suggest } from '../../util/suggest.ts';
import { defineCommand } from '../command.ts';

const names = ['compose', 'plan', 'events', 'diagnostics'] as const;

/** From the bundle, and from the sources. */
const folders = ['../schemas', '../../../schemas'];

/** `schema`: the JSON schemas of what we read and print. */
export const schema = defineCommand({
  name: 'schema',
  usage: '[compose|plan|events|diagnostics]',
  summary: 'Print the JSON schema of compose files, or of what tscompose prints as JSON',
  args: { max: 1 },
  options: {},
  examples: [
    ['tscompose schema > compose.schema.json', 'for "# yaml-language-server: $schema=compose.schema.json"'],
    ['tscompose schema plan', 'describes "tscompose plan --format json"'],
  ],
  run: async ({ args: [name = 'compose'], terminal }) => {
    if (!names.some((known) => known === name)) {
      const meant = suggest(name, names);
      throw new UserError('usage', `there is no schema ${JSON.stringify(name)}`, {
        hint: meant === undefined ? `one of ${names.join(', ')}` : `did you mean ${JSON.stringify(meant)}?`,
      });
    }
    terminal.stdout.write(read(name));
    return 0;
  },
});

function read(name: string): string {
  const here = typeof __dirname === 'string' ? __dirname : import.meta.dirname;
  for (const folder of folders) {
    try {
      return readFileSync(join(here, folder, `${name}.json`), 'utf8');
    } catch {
      // The next folder.
    }
  }
  throw new UserError('incomplete', `schemas/${name}.json is missing`, { hint: 'install tscompose again' });
}
