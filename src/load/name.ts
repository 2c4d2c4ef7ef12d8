import type { Place } from '../diagnostic/diagnostic.ts';
import { InvalidProjectError, UserError } from '../diagnostic/errors.ts';
import { basename } from '../util/path.ts';
import type { ProjectEnvironment } from './environment.ts';

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
 * @throws UserError; InvalidProjectError if an env file gives a wrong one
 */
export function chooseProjectName(
  flag: string | undefined,
  environment: ProjectEnvironment,
  inFiles: readonly string[],
  folder: string,
): string {
  const explicit = flag || environment.lookup('COMPOSE_PROJECT_NAME');
  if (explicit) {
    if (normalizeProjectName(explicit) === explicit) return explicit;
    throw wrongName(explicit, flag ? undefined : environment.placeOf('COMPOSE_PROJECT_NAME'));
  }
  const written = inFiles.filter((name) => name !== '').at(-1);
  const name = normalizeProjectName(written ?? basename(folder));
  if (name !== '') return name;
  throw new UserError('TSC145', `no project name is left of "${written ?? folder}"`, {
    hint: 'give one with -p or with the top-level "name"',
  });
}

function wrongName(name: string, place: Place | undefined): Error {
  const message = `"${name}" can't be a project name`;
  const hint = 'use lower-case letters, digits, "-" and "_", and start with a letter or digit';
  return place === undefined
    ? new UserError('TSC145', message, { hint })
    : new InvalidProjectError([{ code: 'TSC145', severity: 'error', message, place, hint }]);
}
