const fixed = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/;
const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** The engine's time as UTC with nine digits; undefined if the text is no time. Engines differ in digits and zone. */
export function logTime(text: string): string | undefined {
  if (text.length === 30 && fixed.test(text)) return text;
  const [, seconds, fraction = '', zone] = parts.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  const utc = zone === 'Z' ? seconds : new Date(`${seconds}${zone}`).toISOString().slice(0, 19);
  return `${utc}.${fraction.padEnd(9, '0')}Z`;
}

/** Seconds since 1970 of such a time, less some, as engines take them in `since`. */
export function secondsBefore(time: string, seconds: number): string {
  return `${Math.max(0, Math.floor(Date.parse(time) / 1000) - seconds)}`;
}

/** The later of two such times; '' is before all. */
export function laterOf(one: string, other: string): string {
  if (one > other) return one;
  return other;
}
