import { execFile } from 'node:child_process';
import { EngineError } from '../diagnostic/errors.ts';
import { objectOf, parseJson, type Raw, textOf } from '../util/json.ts';
import { dockerHub } from '../util/reference.ts';
import { readConfig } from './endpoints/context.ts';
import { codeOf } from './http/errors.ts';
import { registryOf } from './reference.ts';

/** Where `docker login` keeps its results: `config.json`, or helpers that it names. */
export interface CredentialWorld {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

export interface Login {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

/** Docker Hub's name in config.json. */
const hubKey = 'https://index.docker.io/v1/';

/**
 * The X-Registry-Auth header for an image's registry.
 * @returns undefined without a login there
 * @throws EngineError if a credential helper fails
 */
export async function authFor(reference: string, world: CredentialWorld): Promise<string | undefined> {
  const login = await loginFor(registryOf(reference), readConfig(world), world);
  return login === undefined ? undefined : header(login);
}

/** The login of a registry, named as references have it. @throws EngineError if a credential helper fails */
export async function findLogin(registry: string, world: CredentialWorld): Promise<Login | undefined> {
  return await loginFor(registry, readConfig(world), world);
}

/** The X-Registry-Config header: the logins of all registries, for builds. Undefined if there are none. */
export async function registryConfigFor(world: CredentialWorld): Promise<string | undefined> {
  const config = readConfig(world);
  const names = new Set([
    ...Object.keys(objectOf(config['auths'])),
    ...Object.keys(objectOf(config['credHelpers'])),
  ]);
  const logins: Record<string, Login> = {};
  for (const name of names) {
    const login = await loginFor(hostOf(name), config, world);
    if (login !== undefined) logins[name] = login;
  }
  return Object.keys(logins).length === 0 ? undefined : header(logins);
}

/** base64url, as the engine's API wants it. */
function header(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

async function loginFor(registry: string, config: Raw, world: CredentialWorld): Promise<Login | undefined> {
  const key = registry === dockerHub ? hubKey : registry;
  const helper = textOf(objectOf(config['credHelpers'])[key]) || textOf(config['credsStore']);
  if (helper !== '') {
    const login = await askHelper(helper, key, world);
    if (login !== undefined) return login;
  }
  return storedLogin(registry, key, config);
}

/** An entry of `auths`: its key may be a host or an address. */
function storedLogin(registry: string, key: string, config: Raw): Login | undefined {
  const auths = Object.entries(objectOf(config['auths']));
  const entry = auths.find(([name]) => name === key) ?? auths.find(([name]) => hostOf(name) === registry);
  if (entry === undefined) return undefined;
  const raw = objectOf(entry[1]);
  const identitytoken = textOf(raw['identitytoken']);
  const decoded = Buffer.from(textOf(raw['auth']), 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  const username = textOf(raw['username']) || (colon < 0 ? '' : decoded.slice(0, colon));
  const password = textOf(raw['password']) || (colon < 0 ? '' : decoded.slice(colon + 1));
  if (identitytoken !== '') return { username, identitytoken, serveraddress: key };
  return username === '' ? undefined : { username, password, serveraddress: key };
}

function hostOf(name: string): string {
  const host = name.replace(/^https?:\/\//, '').split('/')[0] ?? '';
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? dockerHub : host;
}

/** The protocol of Docker's credential helpers: the registry on stdin, JSON on stdout. */
function askHelper(name: string, key: string, { environment }: CredentialWorld): Promise<Login | undefined> {
  const program = `docker-credential-${name}`;
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      ['get'],
      { env: { ...environment }, timeout: 60_000 },
      (error, stdout, stderr) => {
        if (error === null) return resolve(loginOf(objectOf(parseJson(stdout)), key));
        const said = `${stdout}${stderr}`.trim();
        if (/credentials not found/i.test(said)) return resolve(undefined);
        reject(
          helperFailed(
            program,
            key,
            codeOf(error) === 'ENOENT' ? 'it is not installed' : said || error.message,
          ),
        );
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(key);
  });
}

function helperFailed(program: string, key: string, reason: string): EngineError {
  return new EngineError('denied', 'credentials', `${program} gave no login for ${key}: ${reason}`, {
    hint: 'repair it, or remove "credsStore"/"credHelpers" from config.json and log in again',
  });
}

function loginOf(raw: Raw, key: string): Login | undefined {
  const username = textOf(raw['Username']);
  const secret = textOf(raw['Secret']);
  if (secret === '') return undefined;
  const serveraddress = key;
  return username === '<token>'
    ? { identitytoken: secret, serveraddress }
    : { username, password: secret, serveraddress };
}
