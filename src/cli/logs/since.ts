import { UserError } from '../../diagnostic/errors.ts';
import { parseNanoseconds } from '../../util/duration.ts';
import { unixTime } from '../../util/unix-time.ts';

/**
 * A moment as engines take it: a date, seconds since 1970, or a span before now such as `10m`.
 * @param now milliseconds since 1970
 * @throws UserError for anything else
 */
export function engineTime(text: string, now: number): string {
  if (/^\d+(\.\d+)?$/.test(text)) return text;
  const span = parseNanoseconds(text);
  if (span !== undefined) return String((now - Number(span) / 1e6) / 1000);
  const moment = unixTime(text);
  if (moment !== undefined) return moment;
  throw new UserError('usage', `invalid time ${JSON.stringify(text)}`, {
    hint: 'a span such as 10m, a date such as 2026-01-31T10:00:00Z, or seconds since 1970',
  });
}
