import { EngineError } from '../diagnostic/errors.ts';
import { objectOf, textOf } from '../util/json.ts';
import { compareVersions } from './client/api.ts';
import type { EngineFacts } from './engine.ts';
import type { Transport } from './http/transport.ts';

/** The oldest API that has all we need. */
const oldestApi = '1.40';
/** The newest whose meaning we know. */
export const newestApi = '1.51';

/**
 * Asks an engine what it is: one `_ping`, and for an engine on another machine its `version` beside it,
 * for the architecture may differ from ours.
 * @param wanted the user's DOCKER_API_VERSION, '' if unset
 */
export async function negotiate(
  transport: Transport,
  options: {
    readonly address: string;
    readonly local: boolean;
    readonly wanted?: string;
    readonly signal?: AbortSignal;
  },
): Promise<EngineFacts> {
  const { signal } = options;
  const ask = () => transport.json('GET', '/version', { signal }).then(objectOf);
  const [ping, early] = await Promise.all([
    transport.send('GET', '/_ping', { signal }),
    options.local ? undefined : ask(),
  ]);
  ping.resume();
  const header = (name: string) => textOf(ping.headers[name]);
  const server = /^([A-Za-z]+)\/(\S+)/.exec(header('server'));
  const complete = header('api-version') !== '' && server !== null;
  const version = early ?? (complete ? undefined : await ask());
  const podmanVersion = header('libpod-api-version');
  return {
    kind: podmanVersion === '' ? 'docker' : 'podman',
    version: podmanVersion || (version === undefined ? (server?.[2] ?? '') : textOf(version['Version'])),
    apiVersion: agree(header('api-version') || textOf(version?.['ApiVersion']), options),
    os: header('ostype') || textOf(version?.['Os']) || 'linux',
    arch: textOf(version?.['Arch']) || ownArch(),
    address: options.address,
  };
}

/** Go's names. */
function ownArch(): string {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', arm64: 'arm64', arm: 'arm' };
  return names[process.arch] ?? process.arch;
}

/** The version both sides speak. */
export function agree(
  offered: string,
  { address, wanted = '' }: { address: string; wanted?: string },
): string {
  const call = 'GET /_ping';
  if (!/^\d+\.\d+$/.test(offered)) {
    throw new EngineError('unsupported', call, `what answers at ${address} is not a container engine`, {
      hint: 'check the address: "tscompose engine status"',
    });
  }
  if (compareVersions(offered, oldestApi) < 0) {
    const message = `the engine at ${address} offers API ${offered}; at least ${oldestApi} is needed`;
    throw new EngineError('unsupported', call, message, { hint: 'update it (Docker 19.03 or newer)' });
  }
  if (wanted !== '') {
    const version = wanted.replace(/^v/, '');
    const fits = /^\d+\.\d+$/.test(version) && compareVersions(version, oldestApi) >= 0;
    if (fits) return compareVersions(version, offered) < 0 ? version : offered;
    throw new EngineError('invalid', call, `DOCKER_API_VERSION=${wanted}: at least ${oldestApi} is needed`, {
      hint: 'unset it: the version is negotiated',
    });
  }
  return compareVersions(offered, newestApi) < 0 ? offered : newestApi;
}
