import { objectOf, textOf } from '../util/json.ts';
import type { CredentialWorld } from './credentials.ts';
import { readConfig } from './endpoints/context.ts';

const names = {
  httpProxy: 'HTTP_PROXY',
  httpsProxy: 'HTTPS_PROXY',
  ftpProxy: 'FTP_PROXY',
  noProxy: 'NO_PROXY',
  allProxy: 'ALL_PROXY',
} as const;

/**
 * The proxies that `config.json` names for an engine, as variables in capital and small letters.
 * @param address as in `proxies`: `tcp://…`; `default` counts for those that are not named
 */
export function proxiesFor(address: string, world: CredentialWorld): Record<string, string> {
  const all = objectOf(readConfig(world)['proxies']);
  const own = objectOf(all[address] ?? all['default']);
  return Object.fromEntries(
    Object.entries(names).flatMap(([key, name]) => {
      const value = textOf(own[key]);
      return value === '' ? [] : [[name, value] as const, [name.toLowerCase(), value] as const];
    }),
  );
}
