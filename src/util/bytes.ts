const exponentOf: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 };
const sizePattern = /^(-?[0-9]+(?:\.[0-9]+)?|-?\.[0-9]+) ?([kmgtp]?)(?:i?b)?$/i;

/**
 * Reads a size such as `64m`, `1.5 GB`, `-1` or `512`; units are powers of 1024.
 * @returns bytes, or undefined if the text is no size
 */
export function readBytes(text: string): number | undefined {
  const match = sizePattern.exec(text);
  if (match === null) return undefined;
  const exponent = exponentOf[(match[2] ?? '').toLowerCase()] ?? 0;
  return Math.trunc(Number(match[1]) * 1024 ** exponent);
}

/**
 * Bytes of a size.
 * @throws RangeError if the text is no size: callers hand in text of the checked model
 */
export function parseBytes(text: string): number {
  const bytes = readBytes(text);
  if (bytes === undefined) throw new RangeError(`"${text}" is not a size`);
  return bytes;
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** A size for people: `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || Math.abs(value) >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${units[unit]}`;
}
