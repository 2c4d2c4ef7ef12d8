import { readConfig } from '../engine/endpoints/context.ts';
import type { Terminal } from './command.ts';

/** The keys that leave a process alone: those given, else those of docker's config.json. */
export function configuredDetachKeys(
  { environment }: Terminal,
  given: string | undefined,
): string | undefined {
  if (given) return given;
  const keys = readConfig({ environment, home: environment['HOME'] ?? '/' }).detachKeys;
  return typeof keys === 'string' && keys !== '' ? keys : undefined;
}

/** A table's format that the user chose in docker's config.json; '' if none. */
export function configuredFormat(
  { environment }: Terminal,
  key: 'psFormat' | 'statsFormat' | 'volumesFormat',
): string {
  const format = readConfig({ environment, home: environment['HOME'] ?? '/' })[key];
  return typeof format === 'string' ? format : '';
}
