import type { Attribute } from '../spec/attribute.ts';
import { readBytes } from '../util/bytes.ts';
import { formatDuration, parseNanoseconds } from '../util/duration.ts';
import { splitShellWords } from '../util/shellwords.ts';
import { isTree, setKey, type Tree } from '../yaml/tree.ts';
import { pathBelow, type Spot, type StageContext } from './context.ts';
import { readBoolean } from './stages/interpolate.ts';
import { scalarText } from './stages/sequence.ts';

/** Whether the canonical form leaves the value out. Structs are pointers: an empty one is something. */
export function isEmpty(value: unknown, attribute: Attribute): boolean {
  if (value === '' || value === false || value === 0 || value === null) return true;
  if (attribute.kind === 'bytes') return value === '0';
  if (attribute.kind === 'duration') return value === '0s';
  if (Array.isArray(value)) return value.length === 0;
  return attribute.kind !== 'struct' && isTree(value) && Object.keys(value).length === 0;
}

/** The canonical form of a value that is no struct, list or map. */
export function decodeScalar(
  value: unknown,
  attribute: Attribute,
  spot: Spot,
  context: StageContext,
): unknown {
  const bad = (message: string, hint?: string): undefined => {
    context.problems.at('TSC144', `${spot.path} ${message}`, spot.path, spot.container, spot.key, { hint });
  };
  switch (attribute.kind) {
    case 'text':
      return isTree(value) || Array.isArray(value) ? bad('must be a string') : scalarText(value);
    case 'boolean':
      return readFlag(value) ?? bad(`must be true or false, not ${JSON.stringify(value)}`);
    case 'integer': {
      const whole = readInteger(value);
      if (whole === undefined) return bad('must be a whole number');
      return attribute.unsigned && whole < 0 ? bad('must not be below 0') : whole;
    }
    case 'number':
      return readNumber(value) ?? bad('must be a number');
    case 'float32': {
      const number = readNumber(value);
      return number === undefined ? bad('must be a number') : single(number);
    }
    case 'duration':
      return readDuration(value) ?? bad(`must be a duration such as 1m30s, not "${value}"`);
    case 'bytes':
      return readSize(value) ?? bad(`must be a size such as 64m, not "${value}"`);
    case 'mode':
      return readMode(value) ?? bad(`must be an octal mode such as "0440", not "${value}"`);
    case 'count':
      return readCount(value) ?? bad(`must be a number or all, not "${value}"`);
    case 'words':
      return readWords(value) ?? bad('is no command line: a quote or parenthesis is open');
    case 'test':
      return readTest(value) ?? bad('must start with CMD, CMD-SHELL or NONE');
    case 'texts': {
      const entries = Array.isArray(value) ? value : [value];
      return entries.some(isFraction) ? bad('must not have fractions') : entries.map(scalarText);
    }
    case 'hosts':
      return readHosts(value) ?? bad('must have entries HOST=ADDRESS');
    case 'ulimit':
      return readUlimit(value);
    case 'mapping':
    case 'nullableMapping':
    case 'options':
    case 'multiOptions':
      if (attribute.exact && isTree(value) && !Object.values(value).every(isExact))
        return bad('must have texts or whole numbers');
      return readMapping(value, attribute.kind, spot, context);
    default:
      return value;
  }
}

function readFlag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : typeof value === 'string' ? readBoolean(value) : undefined;
}

function readNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

/** Fractions are cut off, as in the reference. */
function readInteger(value: unknown): number | undefined {
  const number = readNumber(value);
  return number === undefined ? undefined : Math.trunc(number) || 0;
}

/** The shortest decimal that single precision can't tell from the number. */
function single(number: number): number {
  const rounded = Math.fround(number);
  for (let digits = 1; digits < 10; digits++) {
    const short = Number(rounded.toPrecision(digits));
    if (Math.fround(short) === rounded) return short;
  }
  return rounded;
}

function readDuration(value: unknown): string | undefined {
  const nanoseconds = parseNanoseconds(String(value));
  return nanoseconds === undefined ? undefined : formatDuration(nanoseconds);
}

function isExact(value: unknown): boolean {
  return typeof value === 'string' || Number.isInteger(value) || value === null;
}

function isFraction(value: unknown): boolean {
  return typeof value === 'number' && !Number.isInteger(value);
}

/** As in the reference, a number of bytes that is not whole counts as none. */
function readSize(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : '0';
  const bytes = typeof value === 'string' ? readBytes(value) : undefined;
  return bytes === undefined ? undefined : String(bytes);
}

function readMode(value: unknown): string | undefined {
  const number =
    typeof value === 'number'
      ? value
      : /^0?o?[0-7]+$/.test(String(value))
        ? Number.parseInt(String(value).replace('o', ''), 8)
        : undefined;
  return number === undefined ? undefined : `0${number.toString(8)}`;
}

function readCount(value: unknown): number | undefined {
  if (value === 'all') return -1;
  if (typeof value === 'number') return value;
  return /^-?[0-9]+$/.test(String(value)) ? Number(value) : undefined;
}

function readWords(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return value.map(scalarText);
  return splitShellWords(String(value));
}

function readTest(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return ['CMD-SHELL', String(value)];
  const words = value.map(scalarText);
  const [first] = words;
  return first === undefined || ['CMD', 'CMD-SHELL', 'NONE'].includes(first) ? words : undefined;
}

function readHosts(value: unknown): readonly string[] | undefined {
  const hosts: string[] = [];
  const add = (host: string, address: string): void => {
    const bare = address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address;
    hosts.push(`${host}=${bare}`);
  };
  if (isTree(value)) {
    for (const [host, addresses] of Object.entries(value)) {
      for (const address of Array.isArray(addresses) ? addresses : [addresses])
        add(host, scalarText(address));
    }
    return hosts.sort();
  }
  for (const entry of Array.isArray(value) ? value.map(scalarText) : [String(value)]) {
    const separator = entry.includes('=') ? entry.indexOf('=') : entry.indexOf(':');
    if (separator < 1) return undefined;
    // Only here do commas part addresses.
    for (const address of entry.slice(separator + 1).split(',')) add(entry.slice(0, separator), address);
  }
  return hosts.sort();
}

function readUlimit(value: unknown): unknown {
  if (!isTree(value)) return value === 0 ? {} : value;
  const result: Tree = {};
  for (const key of ['soft', 'hard'] as const) if (value[key]) result[key] = value[key];
  for (const key of Object.keys(value)) if (key.startsWith('x-')) result[key] = value[key];
  return result;
}

type MappingKind = 'mapping' | 'nullableMapping' | 'options' | 'multiOptions';

function readMapping(value: unknown, kind: MappingKind, spot: Spot, context: StageContext): Tree {
  const entries = new Map<string, unknown>();
  const put = (key: string, text: unknown, container: unknown, at: string | number): void => {
    if (kind === 'nullableMapping' && key !== key.trimEnd()) {
      const message = `${spot.path}: the name "${key}" ends with a blank`;
      context.problems.at('TSC144', message, pathBelow(spot.path, at), container, at);
    }
    entries.set(key, text);
  };
  const none = kind === 'nullableMapping' ? null : '';
  if (Array.isArray(value)) {
    for (const [i, entry] of value.entries()) {
      const line = scalarText(entry);
      const equals = line.indexOf('=');
      if (equals < 0) put(line, none, value, i);
      else put(line.slice(0, equals), line.slice(equals + 1), value, i);
    }
  } else if (isTree(value)) {
    for (const [key, entry] of Object.entries(value)) {
      if (kind === 'multiOptions')
        put(key, (Array.isArray(entry) ? entry : [entry]).map(scalarText), value, key);
      else put(key, entry === null ? none : scalarText(entry), value, key);
    }
  }
  const sorted: Tree = {};
  for (const key of [...entries.keys()].sort()) setKey(sorted, key, entries.get(key));
  return sorted;
}
