import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../diagnostic/errors.ts';
import type { TlsMaterial } from '../address.ts';
import { codeOf } from '../http/errors.ts';
import type { Surroundings, TlsOptions } from './endpoint.ts';

/**
 * Material of the `--tls…` options, DOCKER_TLS_VERIFY, DOCKER_TLS and DOCKER_CERT_PATH; undefined if TLS is
 * not asked for.
 */
export function tlsOf({ tls, environment, home }: Surroundings): TlsMaterial | undefined {
  const verify = tls?.verify === true || (environment['DOCKER_TLS_VERIFY'] ?? '') !== '';
  const asked = verify || tls?.on === true || (environment['DOCKER_TLS'] ?? '') !== '';
  const path = environment['DOCKER_CERT_PATH'] ?? '';
  const given = [tls?.ca, tls?.cert, tls?.key].some((file) => file !== undefined);
  if (!asked && !given && path === '') return undefined;
  const folder = path || environment['DOCKER_CONFIG'] || join(home, '.docker');
  return { verify: verify || !asked, ...filesOf(folder, tls) };
}

/** `ca.pem`, `cert.pem` and `key.pem` of a folder, those that exist, or the files that are named. */
export function filesOf(folder: string, named: Partial<TlsOptions> = {}): Omit<TlsMaterial, 'verify'> {
  const ca = readIfThere(named.ca ?? join(folder, 'ca.pem'), named.ca !== undefined);
  const cert = readIfThere(named.cert ?? join(folder, 'cert.pem'), named.cert !== undefined);
  const key = readIfThere(named.key ?? join(folder, 'key.pem'), named.key !== undefined);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function readIfThere(path: string, needed: boolean): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && !needed) return undefined;
    throw new EngineError('denied', 'connect', `${path} can't be read: ${codeOf(error)}`, {
      hint: 'the certificate, key and authority of the engine have to be readable by you',
      cause: error,
    });
  }
}
