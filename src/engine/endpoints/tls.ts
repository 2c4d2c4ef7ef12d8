import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../diagnostic/errors.ts';
import type { TlsMaterial } from '../address.ts';
import { codeOf } from '../http/errors.ts';
import type { Surroundings, TlsWish } from './endpoint.ts';

/** Material of `--tls` and `--tlsverify`, DOCKER_TLS_VERIFY, DOCKER_TLS and DOCKER_CERT_PATH; undefined if TLS is not asked for. */
export function tlsOf({ tls, environment, home }: Surroundings): TlsMaterial | undefined {
  const verify = tls?.verify === true || (environment['DOCKER_TLS_VERIFY'] ?? '') !== '';
  const asked = verify || tls !== undefined || (environment['DOCKER_TLS'] ?? '') !== '';
  const path = environment['DOCKER_CERT_PATH'] ?? '';
  if (!asked && path === '') return undefined;
  const folder = path || environment['DOCKER_CONFIG'] || join(home, '.docker');
  return { verify: verify || !asked, ...filesOf(folder), ...namedFiles(tls) };
}

/** `ca.pem`, `cert.pem` and `key.pem` of a folder, those that exist. */
export function filesOf(folder: string): Omit<TlsMaterial, 'verify'> {
  const ca = readIfThere(join(folder, 'ca.pem'));
  const cert = readIfThere(join(folder, 'cert.pem'));
  const key = readIfThere(join(folder, 'key.pem'));
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

/** Files that were named have to be there. */
function namedFiles({ ca, cert, key }: Partial<TlsWish> = {}): Omit<TlsMaterial, 'verify'> {
  return {
    ...(ca !== undefined && { ca: readNamed(ca) }),
    ...(cert !== undefined && { cert: readNamed(cert) }),
    ...(key !== undefined && { key: readNamed(key) }),
  };
}

function readNamed(path: string): string {
  const text = readIfThere(path);
  if (text !== undefined) return text;
  throw new EngineError('not-found', 'connect', `${path}: no such file`, {
    hint: 'check --tlscacert, --tlscert and --tlskey',
  });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new EngineError('denied', 'connect', `${path} can't be read: ${codeOf(error)}`, {
      hint: 'the certificate, key and authority of the engine have to be readable by you',
      cause: error,
    });
  }
}
