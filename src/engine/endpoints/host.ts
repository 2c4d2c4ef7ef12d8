import { UserError } from '../../diagnostic/errors.ts';
import type { EndpointStrategy, Surroundings } from './endpoint.ts';
import { tlsOf } from './tls.ts';

/** `--host`; like docker, it can't be given together with `--context`. */
export const fromFlag: EndpointStrategy = {
  name: '--host',
  find: (world) => {
    const { host = '', context = '' } = world;
    if (host === '') return { kind: 'declined', reason: 'not given' };
    if (context !== '' && context !== 'default') {
      throw new UserError('usage', '--host and --context can not be given together', {
        hint: 'give one of them',
      });
    }
    return {
      kind: 'chosen',
      endpoint: { name: host, address: host, reason: '--host', ...withTls(world, host) },
    };
  },
};

/** DOCKER_HOST; a `--context` wins over it. */
export const fromDockerHost: EndpointStrategy = {
  name: 'DOCKER_HOST',
  find: (world) => {
    const host = world.environment['DOCKER_HOST'] ?? '';
    if (host === '') return { kind: 'declined', reason: 'not set' };
    if (!['', 'default'].includes(world.context ?? ''))
      return { kind: 'declined', reason: `--context ${world.context} is given` };
    const reason = 'DOCKER_HOST';
    return { kind: 'chosen', endpoint: { name: host, address: host, reason, ...withTls(world, host) } };
  },
};

/** The variables of TLS mean tcp addresses only. */
function withTls(world: Surroundings, host: string) {
  if (/^(unix|npipe|ssh|http):\/\//.test(host) || host.startsWith('/')) return {};
  const tls = tlsOf(world);
  return tls === undefined ? {} : { tls };
}
