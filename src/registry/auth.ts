import { UserError } from '../diagnostic/errors.ts';
import type { Login } from '../engine/credentials.ts';
import { objectOf, parseJson, textOf } from '../util/json.ts';
import { exchange, type Trust } from './http.ts';

/** What `WWW-Authenticate` asks for. */
export interface Challenge {
  readonly scheme: 'basic' | 'bearer';
  readonly realm: string;
  readonly service: string;
  readonly scope: string;
}

/** Reads the header; undefined for a scheme that registries do not use. */
export function parseChallenge(header: string): Challenge | undefined {
  const [, word = '', rest = ''] = /^\s*(\w+)\s*(.*)$/s.exec(header) ?? [];
  const scheme = word.toLowerCase();
  if (scheme !== 'basic' && scheme !== 'bearer') return undefined;
  const values = new Map<string, string>();
  for (const [, key = '', quoted, bare] of rest.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s,]+))/g)) {
    values.set(key.toLowerCase(), quoted ?? bare ?? '');
  }
  const get = (name: string) => values.get(name) ?? '';
  return { scheme, realm: get('realm'), service: get('service'), scope: get('scope') };
}

export function basic(login: Login): string {
  return `Basic ${Buffer.from(`${login.username ?? ''}:${login.password ?? ''}`).toString('base64')}`;
}

/**
 * The `Authorization` that answers a challenge: the login itself, or a token that the registry's realm gives
 * for it; anyone may ask for one to read what is public.
 * @returns undefined if the challenge needs a login and there is none
 */
export async function authorize(
  challenge: Challenge,
  login: Login | undefined,
  trust: Trust,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const known = login?.username !== undefined && login.password !== undefined ? login : undefined;
  if (challenge.scheme === 'basic') return known === undefined ? undefined : basic(known);
  const realm = realmOf(challenge, trust);
  const { service, scope } = challenge;
  const refresh = login?.identitytoken;
  if (refresh !== undefined) {
    const form = new URLSearchParams({
      ...{ grant_type: 'refresh_token', service, scope, client_id: 'tscompose', refresh_token: refresh },
    });
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = Buffer.from(form.toString());
    return token(await exchange(realm, { method: 'POST', headers, body, signal }, trust));
  }
  if (service !== '') realm.searchParams.set('service', service);
  for (const one of scope.split(' ').filter((s) => s !== '')) realm.searchParams.append('scope', one);
  const headers = known === undefined ? {} : { Authorization: basic(known) };
  return token(await exchange(realm, { method: 'GET', headers, signal }, trust));
}

/** A login is never sent over an open line, unless the registry itself is used that way. */
function realmOf({ realm }: Challenge, { insecure }: Trust): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && insecure)) return url;
  throw new UserError('registry-denied', `the registry sends logins to ${realm || 'nowhere'}`, {
    hint: 'it must name an https address; tell its operator',
  });
}

function token({ status, body }: { readonly status: number; readonly body: Buffer }): string | undefined {
  if (status !== 200) return undefined;
  const raw = objectOf(parseJson(body.toString('utf8')));
  const text = textOf(raw['token']) || textOf(raw['access_token']);
  return text === '' ? undefined : `Bearer ${text}`;
}
