import { readConfig } from '../engine/endpoints/context.ts';
import type { Terminal } from './command.ts';

/** A table's format that the user chose in docker's config.json; '' if none. */
export function configuredFormat(
  { environment }: Terminal,
  key: 'psFormat' | 'statsFormat' | 'volumesFormat',
): string {
  const format = readConfig({ environment, home: environment['HOME'] ?? '/' })[key];
  return typeof format === 'string' ? format : '';
}
