import { readBytes } from '../util/bytes.ts';
import { formatDuration, parseNanoseconds } from '../util/duration.ts';
import { OddScalar } from '../yaml/scalar.ts';
import type { ScalarType } from './attribute.ts';
import { textOf } from './value.ts';

/** The canonical value, or what is wrong with it. */
export type Converted = { readonly value: unknown } | { readonly wrong: string };

const truths: ReadonlySet<string> = new Set(['true', 'y', 'yes', 'on']);
const untruths: ReadonlySet<string> = new Set(['false', 'n', 'no', 'off']);

/** Writes a scalar in canonical form. Other kinds of values pass: the schema has judged them. */
export function convertScalar(type: ScalarType, raw: unknown): Converted {
  switch (type) {
    case 'int':
    case 'plain-int':
      return convertInteger(raw);
    case 'float':
      return convertFloat(raw);
    case 'single': {
      const converted = convertFloat(raw);
      return 'value' in converted && typeof converted.value === 'number'
        ? { value: singlePrecision(converted.value) }
        : converted;
    }
    case 'bool':
    case 'plain-bool':
      return convertBoolean(raw);
    case 'text':
      return { value: textOf(raw) ?? raw };
    case 'duration':
      return convertDuration(raw);
    case 'bytes':
      return convertBytes(raw);
    case 'mode':
      return convertMode(raw);
  }
}

function convertInteger(raw: unknown): Converted {
  if (typeof raw === 'number') return { value: Math.trunc(raw) };
  if (raw instanceof OddScalar) {
    return typeof raw.value === 'number'
      ? { value: Math.trunc(raw.value) }
      : { wrong: `"${raw.text}" is not a whole number` };
  }
  if (typeof raw !== 'string') return { value: raw };
  return /^[-+]?[0-9]+$/.test(raw) ? { value: Number(raw) } : { wrong: `"${raw}" is not a whole number` };
}

function convertFloat(raw: unknown): Converted {
  if (raw instanceof OddScalar) {
    return typeof raw.value === 'number' ? { value: raw.value } : { wrong: `"${raw.text}" is not a number` };
  }
  if (typeof raw !== 'string') return { value: raw };
  const number = /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/.test(raw) ? Number(raw) : Number.NaN;
  return Number.isFinite(number) ? { value: number } : { wrong: `"${raw}" is not a number` };
}

/** The shortest number that is the same in single precision. */
function singlePrecision(value: number): number {
  const rounded = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(rounded.toPrecision(digits));
    if (Math.fround(short) === rounded) return short;
  }
  return Number(rounded.toPrecision(9));
}

function convertBoolean(raw: unknown): Converted {
  if (typeof raw !== 'string') return { value: raw };
  const lower = raw.toLowerCase();
  if (truths.has(lower)) return { value: true };
  return untruths.has(lower) ? { value: false } : { wrong: `"${raw}" is neither true nor false` };
}

function convertDuration(raw: unknown): Converted {
  if (typeof raw !== 'string') return { value: raw };
  const nanoseconds = parseNanoseconds(raw);
  return nanoseconds === undefined
    ? { wrong: `"${raw}" is not a duration; write a number and a unit, such as 10s or 1m30s` }
    : { value: formatDuration(nanoseconds) };
}

function convertBytes(raw: unknown): Converted {
  if (raw === null || (typeof raw === 'object' && !(raw instanceof OddScalar))) return { value: raw };
  const written = textOf(raw) ?? '';
  const size = typeof raw === 'number' ? Math.trunc(raw) : readBytes(written);
  return size === undefined
    ? { wrong: `"${written}" is not a size; write a number of bytes or one with a unit, such as 64m` }
    : { value: BigInt(size).toString() };
}

function convertMode(raw: unknown): Converted {
  if (typeof raw === 'number') return { value: octal(raw) };
  if (typeof raw !== 'string') return { value: raw };
  return /^[0-7]+$/.test(raw)
    ? { value: octal(Number.parseInt(raw, 8)) }
    : { wrong: `"${raw}" is not a file mode; write octal digits, such as 0440` };
}

function octal(mode: number): string {
  return mode === 0 ? '0' : `0${mode.toString(8)}`;
}
