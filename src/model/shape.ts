/** How a value is written, and when it is left away because it is empty. */
export type Shape =
  | 'text'
  | 'number'
  | 'flag'
  /** A size as text: away if 0. */
  | 'bytes'
  /** Away if it is `0s`. */
  | 'duration'
  /** Written whenever it is set, also if it is false, zero or empty. */
  | 'kept'
  /** Only false is written. */
  | 'unless true'
  /** A number, or a soft and a hard one; zeros are no limit. */
  | 'limits'
  /** Never written. */
  | 'left out'
  | { readonly list: Shape }
  | { readonly map: Shape }
  /** Keys are written in this order. */
  | { readonly struct: Readonly<Record<string, Shape>> }
  /** Written always; the text stands in for what is not set. */
  | { readonly shape: Shape; readonly otherwise: string };

/** One shape for each attribute; the compiler sees to it that none is forgotten. */
export type Fields<T> = { readonly [K in keyof T as K extends `x-${string}` ? never : K]-?: Shape };

export function list(of: Shape): Shape {
  return { list: of };
}

/** Keys that users choose; written in order. */
export function map(of: Shape): Shape {
  return { map: of };
}

export function struct(fields: Readonly<Record<string, Shape>>): Shape {
  return { struct: fields };
}

export function otherwise(shape: Shape, json: string): Shape {
  return { shape, otherwise: json };
}

/**
 * Writes a value as Go's JSON encoder would: compact, keys of maps sorted, empty values left away.
 * It is written by hand because JavaScript objects can't hold keys such as "10" and "9" in this order.
 */
export function encode(value: unknown, shape: Shape): string {
  if (value === null || value === undefined) return 'null';
  if (typeof shape === 'string') return shape === 'limits' ? encodeLimits(value) : encodeScalar(value);
  if ('shape' in shape) return encode(value, shape.shape);
  if ('list' in shape) {
    const entries = Array.isArray(value) ? value : [value];
    return `[${entries.map((entry) => encode(entry, shape.list)).join(',')}]`;
  }
  return 'map' in shape ? encodeMap(Object(value), shape.map) : encodeStruct(Object(value), shape.struct);
}

type Entries = Readonly<Record<string, unknown>>;

function encodeMap(entries: Entries, shape: Shape): string {
  const keys = Object.keys(entries).sort(byCodePoint);
  return `{${keys.map((key) => `${encodeScalar(key)}:${encode(entries[key], shape)}`).join(',')}}`;
}

function encodeStruct(entries: Entries, fields: Readonly<Record<string, Shape>>): string {
  const parts: string[] = [];
  for (const [key, shape] of Object.entries(fields)) {
    const value = entries[key];
    if (typeof shape === 'object' && 'shape' in shape) {
      const json = value === null || value === undefined ? shape.otherwise : encode(value, shape);
      parts.push(`"${key}":${json}`);
    } else if (!isEmpty(value, shape)) {
      parts.push(`"${key}":${encode(value, shape)}`);
    }
  }
  return `{${parts.join(',')}}`;
}

function isEmpty(value: unknown, shape: Shape): boolean {
  if (value === undefined || value === null || shape === 'left out') return true;
  switch (shape) {
    case 'kept':
    case 'limits':
      return false;
    case 'unless true':
      return value !== false;
    case 'bytes':
      return value === '' || value === '0';
    case 'duration':
      return value === '' || value === '0s';
    case 'text':
    case 'number':
    case 'flag':
      return value === '' || value === 0 || value === false;
    default:
      if ('list' in shape) return Array.isArray(value) && value.length === 0;
      return 'map' in shape && Object.keys(value).length === 0;
  }
}

const limits: Readonly<Record<string, Shape>> = { soft: 'number', hard: 'number' };

function encodeLimits(value: unknown): string {
  if (typeof value === 'object') return encodeStruct(Object(value), limits);
  return value === 0 ? '{}' : encodeScalar(value);
}

/** Beside what JSON demands, Go escapes what could end a script in HTML. */
function encodeScalar(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The order of UTF-8 bytes. JavaScript's own differs where characters need two units. */
function byCodePoint(a: string, b: string): number {
  if (/[\ud800-\uffff]/.test(a) && /[\ud800-\uffff]/.test(b))
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
