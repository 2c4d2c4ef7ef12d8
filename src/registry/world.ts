import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CredentialWorld } from '../engine/credentials.ts';

/** What speaking to registries depends on: where logins are, and which registries need no proof of who they are. */
export interface RegistryWorld extends CredentialWorld {
  /** Hosts of `--insecure-registry`. */
  readonly insecure?: readonly string[];
}

/** This machine, and what the user allows: as engines have it. */
export function isInsecure(host: string, { insecure = [] }: RegistryWorld): boolean {
  const name = host.replace(/:\d+$/, '');
  return insecure.includes(host) || name === 'localhost' || name === '[::1]' || /^127\./.test(name);
}

export interface RegistryTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Certificates of a registry where Docker keeps them: `certs.d/HOST/*.crt`, `*.cert` and `*.key`. */
export function registryTls(host: string, { home }: RegistryWorld): RegistryTls {
  const folders = [join(home, '.config/docker/certs.d', host), join('/etc/docker/certs.d', host)];
  const folder = folders.find((one) => existsSync(one));
  if (folder === undefined) return {};
  const names = readdirSync(folder).sort();
  const read = (end: string) =>
    names.filter((name) => name.endsWith(end)).map((name) => readFileSync(join(folder, name), 'utf8'));
  const [ca, [cert], [key]] = [read('.crt').join('\n'), read('.cert'), read('.key')];
  return {
    ...(ca !== '' && { ca }),
    ...(cert !== undefined && key !== undefined && { cert, key }),
  };
}
