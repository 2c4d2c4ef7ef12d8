import { UserError } from '../diagnostic/errors.ts';
import { basename } from '../util/path.ts';
import type { Lookup } from './template.ts';

/** Lower case, only `a-z0-9_-`, not starting with `_` or `-`. */
export function normalizeProjectName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^-_a-z0-9]/g, '')
    .replace(/^[-_]+/, '');
}

/**
 * `-p`, then COMPOSE_PROJECT_NAME (both must be correct as they are), then the last `name:` of the files, then
 * the folder (both are normalised).
 * @throws UserError
 */
export function chooseProjectName(
  flag: string | undefined,
  lookup: Lookup,
  inFiles: readonly string[],
  folder: string,
): string {
  const explicit = flag || lookup('COMPOSE_PROJECT_NAME');
  if (explicit) {
    if (normalizeProjectName(explicit) === explicit) return explicit;
    throw new UserError('TSC145', `"${explicit}" can't be a project name`, {
      hint: 'use lower-case letters, digits, "-" and "_", and start with a letter or digit',
    });
  }
  const written = inFiles.filter((name) => name !== '').at(-1);
  const name = normalizeProjectName(written ?? basename(folder));
  if (name !== '') return name;
  throw new UserError('TSC145', `no project name is left of "${written ?? folder}"`, {
    hint: 'give one with -p or with the top-level "name"',
  });
}
