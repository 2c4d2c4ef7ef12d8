/** Seconds since 1970 of a date, with all digits of its fraction: engines count in nanoseconds. undefined if it is none. */
export function unixTime(date: string): string | undefined {
  const milliseconds = Date.parse(date);
  if (Number.isNaN(milliseconds)) return undefined;
  const fraction = /\.(\d+)/.exec(date)?.[1] ?? '';
  const seconds = Math.floor(milliseconds / 1000);
  return fraction === '' ? `${seconds}` : `${seconds}.${fraction.slice(0, 9)}`;
}

/** Nanoseconds since 1970 of a date; 0 if it is none. */
export function unixNanoseconds(date: string): bigint {
  const [seconds = '0', fraction = ''] = (unixTime(date) ?? '0').split('.');
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}
