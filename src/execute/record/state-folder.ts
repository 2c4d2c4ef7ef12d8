import { homedir } from 'node:os';
import { join } from 'node:path';
import type { StringMap } from '../../model/scalars.ts';

/** Folder for what tscompose remembers between runs: `$XDG_STATE_HOME/tscompose`, else under the home. */
export function stateFolder(environment: StringMap): string {
  const own = environment['XDG_STATE_HOME'];
  if (own?.startsWith('/')) return join(own, 'tscompose');
  return join(environment['HOME'] || homedir(), '.local', 'state', 'tscompose');
}
