/**
 * A number or date whose text as a string (in a label, say) is not what JavaScript would print: large
 * integers, floats in exponent form, timestamps.
 */
export class OddScalar {
  /** The value in a place that keeps types, such as `x-*`. */
  readonly value: number | string;
  /** Go's `%v`, used in places that want strings. */
  readonly text: string;
  constructor(value: number | string, text: string) {
    this.value = value;
    this.text = text;
  }
}

const integer = /^[-+]?(?:0|[1-9][0-9]*|0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+)$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const maxInt64 = 2n ** 63n;
const maxUint64 = 2n ** 64n;

/** Resolves a plain scalar by the rules of Go's YAML package: 1.2 booleans, but 1.1 integers and dates. */
export function resolvePlain(text: string): unknown {
  switch (text.charCodeAt(0)) {
    case 0x74: // t
    case 0x54: // T
      return text === 'true' || text === 'True' || text === 'TRUE' ? true : text;
    case 0x66: // f
    case 0x46: // F
      return text === 'false' || text === 'False' || text === 'FALSE' ? false : text;
    case 0x6e: // n
    case 0x4e: // N
      return text === 'null' || text === 'Null' || text === 'NULL' ? null : text;
    case 0x7e: // ~
      return text === '~' ? null : text;
    case 0x2b: // +
    case 0x2d: // -
    case 0x2e: // .
      return resolveSpecialFloat(text) ?? resolveNumber(text);
    default: {
      const first = text.charCodeAt(0);
      if (first >= 0x30 && first <= 0x39) return resolveTimestamp(text) ?? resolveNumber(text);
      return text === '' ? null : text;
    }
  }
}

function resolveSpecialFloat(text: string): OddScalar | undefined {
  const match = /^([-+]?)\.(?:(inf|Inf|INF)|(?:nan|NaN|NAN))$/.exec(text);
  if (match === null) return undefined;
  if (match[2] === undefined) return match[1] === '' ? new OddScalar(Number.NaN, 'NaN') : undefined;
  return match[1] === '-'
    ? new OddScalar(Number.NEGATIVE_INFINITY, '-Inf')
    : new OddScalar(Number.POSITIVE_INFINITY, '+Inf');
}

/** Go removes underscores before it reads a number. */
function resolveNumber(text: string): unknown {
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  if (integer.test(plain)) {
    const value = readInteger(plain);
    if (value !== undefined) return value;
  }
  if (!float.test(plain)) return text;
  const value = Number(plain);
  if (!Number.isFinite(value)) return text;
  const shown = goFloat(value);
  return shown === String(value) ? value : new OddScalar(value, shown);
}

function readInteger(plain: string): number | OddScalar | undefined {
  const signed = plain.startsWith('-') || plain.startsWith('+');
  const digits = signed ? plain.slice(1) : plain;
  if (digits.length < 16 && !digits.startsWith('0')) return Number(plain);
  if (digits.length > 70) return undefined;
  const abs = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const value = plain.startsWith('-') ? -abs : abs;
  if (value >= maxUint64 || value < -maxInt64) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : new OddScalar(number, value.toString());
}

/** Go's `%v` of a 64-bit float: the shortest digits, with an exponent below 1e-4 and from 1e+06 on. */
export function goFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return decimalText(mantissa, exponent);
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function decimalText(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const rest = digits.slice(exponent + 1);
  return rest === '' ? sign + whole : `${sign}${whole}.${rest}`;
}

const timestamp =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:([Tt]|[ ]+)([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.([0-9]*))?(Z|[-+][0-9]{2}:[0-9]{2})?)?$/;

function resolveTimestamp(text: string): OddScalar | undefined {
  const match = text.charCodeAt(4) === 0x2d ? timestamp.exec(text) : null;
  if (match === null) return undefined;
  const [
    ,
    year = '',
    month = '',
    day = '',
    separator,
    hour = '0',
    minute = '0',
    second = '0',
    fraction,
    zone,
  ] = match;
  if (separator !== undefined && (separator.trim() === '') !== (zone === undefined)) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const calendar = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  if (!calendar || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const two = (n: string): string => n.padStart(2, '0');
  const days = `${year}-${two(month)}-${two(day)}`;
  const digits = (fraction ?? '').slice(0, 9).replace(/0+$/, '');
  const clock = `${two(hour)}:${two(minute)}:${two(second)}${digits === '' ? '' : `.${digits}`}`;
  const utc = zone === undefined || zone === 'Z';
  const offset = utc ? '+0000 UTC' : `${zone.replace(':', '')} ${zone.replace(':', '')}`;
  return new OddScalar(`${days}T${clock}${utc ? 'Z' : zone}`, `${days} ${clock} ${offset}`);
}
