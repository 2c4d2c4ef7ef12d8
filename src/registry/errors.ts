import { UserError } from '../diagnostic/errors.ts';
import { listOf, objectOf, parseJson, textOf } from '../util/json.ts';
import type { Answer } from './http.ts';

const sorts: readonly (readonly [statuses: readonly number[], code: string, hint: string])[] = [
  [[401, 403], 'registry-denied', 'log in to it first (docker login), with an account that may do this'],
  [[404], 'registry-missing', 'check the name and the tag'],
  [[429], 'registry-limited', 'it serves nobody for now: wait, or log in'],
  [[400, 405, 415], 'registry-refused', 'the registry may be too old for this kind of content'],
];

/** What a registry refused, in its own words. */
export function refusal(host: string, path: string, { status, body }: Answer): UserError {
  const raw = objectOf(parseJson(body.toString('utf8')));
  const first = objectOf(listOf(raw['errors'])[0]);
  const words = textOf(first['message']) || textOf(first['code']) || `status ${status}`;
  const [, code = 'registry', hint = 'try again later; ask the operator of the registry if it stays'] =
    sorts.find(([statuses]) => statuses.includes(status)) ?? [];
  const place = path.replace(/^https?:\/\/[^/]+/, '').replace(/\?.*$/, '');
  return new UserError(code, `registry ${host}: ${words} (${place})`, { hint });
}

/** Seconds that `Retry-After` asks to wait; undefined if it does not. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}
