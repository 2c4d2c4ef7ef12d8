const unitNanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 24 * 3600e9,
  w: 7 * 24 * 3600e9,
};

const onePart = /([0-9]*)(?:\.([0-9]*))?([a-zµμ]+)/y;

/** The largest and smallest 64-bit number, between which a duration must lie. */
const limit = 2n ** 63n;

/**
 * Reads a duration such as `1h5m30.5s`, `2d` or `-10s`. A plain `0` needs no unit.
 * @returns nanoseconds, or undefined if the text is no duration
 */
export function parseNanoseconds(text: string): bigint | undefined {
  const negative = text.startsWith('-');
  const body = negative || text.startsWith('+') ? text.slice(1) : text;
  if (body === '0') return 0n;
  if (body === '') return undefined;
  let total = 0n;
  onePart.lastIndex = 0;
  while (onePart.lastIndex < body.length) {
    const part = onePart.exec(body);
    if (part === null) return undefined;
    const [, whole = '', fraction = '', unit = ''] = part;
    const factor = unitNanoseconds[unit];
    if (factor === undefined || (whole === '' && fraction === '')) return undefined;
    total += BigInt(whole === '' ? 0 : whole) * BigInt(factor) + fractionOf(fraction, factor);
    if (total > limit) return undefined;
  }
  if (total === limit && !negative) return undefined;
  return negative ? -total : total;
}

function fractionOf(digits: string, factor: number): bigint {
  if (digits === '') return 0n;
  const kept = digits.slice(0, 18);
  return (BigInt(kept) * BigInt(factor)) / 10n ** BigInt(kept.length);
}

/**
 * The same as a number of nanoseconds; exact up to 104 days, rounded above.
 * @throws RangeError if the text is no duration: callers hand in text of the checked model
 */
export function parseDuration(text: string): number {
  const nanoseconds = parseNanoseconds(text);
  if (nanoseconds === undefined) throw new RangeError(`"${text}" is not a duration`);
  return Number(nanoseconds);
}

/** Go's text of a duration: `1m30s`, `1.5s`, `100µs`, `0s`. */
export function formatDuration(nanoseconds: bigint | number): string {
  const value = typeof nanoseconds === 'bigint' ? nanoseconds : BigInt(Math.round(nanoseconds));
  if (value === 0n) return '0s';
  const sign = value < 0n ? '-' : '';
  const abs = value < 0n ? -value : value;
  if (abs < 1_000n) return `${sign}${abs}ns`;
  if (abs < 1_000_000n) return `${sign}${decimal(abs, 3)}µs`;
  if (abs < 1_000_000_000n) return `${sign}${decimal(abs, 6)}ms`;
  const minutes = abs / 60_000_000_000n;
  const seconds = decimal(abs % 60_000_000_000n, 9);
  if (minutes === 0n) return `${sign}${seconds}s`;
  const hours = minutes / 60n;
  return `${sign}${hours === 0n ? '' : `${hours}h`}${minutes % 60n}m${seconds}s`;
}

/** `value` divided by 10^places, without trailing zeros. */
function decimal(value: bigint, places: number): string {
  const unit = 10n ** BigInt(places);
  const fraction = (value % unit).toString().padStart(places, '0').replace(/0+$/, '');
  return fraction === '' ? `${value / unit}` : `${value / unit}.${fraction}`;
}
