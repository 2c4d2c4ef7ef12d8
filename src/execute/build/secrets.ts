import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../../diagnostic/errors.ts';
import type { BuildRequest } from '../../engine/build-request.ts';
import type { StringMap } from '../../model/scalars.ts';
import type { BuildSecret } from '../../plan/operations.ts';

/** BuildKit takes no larger ones. */
const limit = 500 * 1024;

/**
 * The secrets of a build, each to be read when a step asks for it.
 * @throws UserError for one that is not there: the build would fail late, or go on without
 */
export async function openSecrets(
  service: string,
  secrets: readonly BuildSecret[],
  environment: StringMap,
): Promise<NonNullable<BuildRequest['secrets']>> {
  const open: Record<string, () => Promise<Uint8Array>> = {};
  for (const { id, from } of secrets) {
    const missing = (reason: string, hint: string) =>
      new UserError('secret-missing', `service "${service}": build secret "${id}": ${reason}`, { hint });
    if ('content' in from) open[id] = async () => Buffer.from(from.content);
    else if ('environment' in from) {
      const value = environment[from.environment];
      if (value === undefined) {
        throw missing(`the variable ${from.environment} is not set`, 'set it, or put it into .env');
      }
      open[id] = async () => Buffer.from(value);
    } else if ('file' in from) {
      const found = await stat(from.file).catch(() => undefined);
      if (found?.isFile() !== true) throw missing(`there is no file ${from.file}`, 'check secrets.*.file');
      if (found.size > limit) throw missing(`${from.file} is larger than 500 KiB`, 'builders take no more');
      open[id] = () => readFile(from.file);
    } else if (from.nothing === 'external') {
      throw missing('an external one needs a cluster', 'use file or environment');
    } else {
      throw missing('the project does not define it', 'define it at the top level, under secrets');
    }
  }
  return open;
}
