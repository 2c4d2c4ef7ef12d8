import { resolve } from 'node:path';
import { UserError } from '../../diagnostic/errors.ts';
import type { ServiceVolume } from '../../model/service.ts';
import { parseVolume } from '../../spec/expand/volumes.ts';
import { isTree } from '../../yaml/tree.ts';
import type { Terminal } from '../command.ts';

/** The variables of env files; a later file wins. @throws UserError, InvalidProjectError for one that can't be read */
export async function fileVariables(
  files: readonly string[],
  { environment, workingDir }: Pick<Terminal, 'environment' | 'workingDir'>,
): Promise<Readonly<Record<string, string>>> {
  if (files.length === 0) return {};
  const [{ readEntries }, { createFileReader }] = await Promise.all([
    import('../../load/envFile.ts'),
    import('../../source/files.ts'),
  ]);
  const reader = createFileReader(environment);
  const variables: Record<string, string> = {};
  for (const file of files) {
    const path = resolve(workingDir, file);
    if (reader.kindOf(path) === 'missing') {
      throw new UserError('no-file', `couldn't find env file: ${path}`, { hint: 'check --env-from-file' });
    }
    const lookup = (name: string) => environment[name] ?? variables[name];
    for (const { name, value } of readEntries(path, reader, lookup)) variables[name] = value;
  }
  return variables;
}

/**
 * Mounts of the command line, as a compose file's short form has them.
 * @param folder where relative paths start
 */
export function volumesOf(
  texts: readonly string[],
  folder: string,
  environment: Terminal['environment'],
): readonly ServiceVolume[] {
  return texts.map((text) => {
    const mount = parseVolume(text);
    if (typeof mount === 'string') {
      throw new UserError('usage', `invalid value for --volume: ${JSON.stringify(text)} ${mount}`, {
        hint: 'write [SOURCE:]TARGET[:OPTIONS]',
      });
    }
    const { type, source, target } = mount;
    const [bind, volume] = [mount['bind'], mount['volume']];
    return {
      type: type === 'bind' ? 'bind' : 'volume',
      target: String(target),
      ...(typeof source === 'string' && {
        source: type === 'bind' ? absolute(source, folder, environment['HOME'] ?? '/') : source,
      }),
      ...(mount['read_only'] === true && { read_only: true }),
      ...(isTree(bind) && { bind }),
      ...(isTree(volume) && { volume }),
    };
  });
}

function absolute(path: string, folder: string, home: string): string {
  return path.startsWith('~') ? resolve(home, path.slice(1).replace(/^\/+/, '')) : resolve(folder, path);
}
