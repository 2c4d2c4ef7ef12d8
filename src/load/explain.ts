import type { Place } from '../diagnostic/diagnostic.ts';
import { type Attribute, below } from '../spec/attribute.ts';
import { document } from '../spec/document.ts';
import { type Origin, placeOf } from '../yaml/origins.ts';
import { tokenLengthAt } from '../yaml/source.ts';
import { isTree } from '../yaml/tree.ts';
import { pathBelow } from './context.ts';
import { firstKey } from './locate.ts';
import type { LoadedTree } from './tree.ts';
import type { VariableUseAt } from './variables.ts';

/** One place that a value comes from. */
export interface Step {
  readonly place: Place;
  /** The key or entry as it stands there. */
  readonly written: string;
  /** How the file comes into the project. */
  readonly file: 'project' | 'included' | 'extended';
}

/** Why a value of the project is as it is. */
export interface Explained {
  readonly path: string;
  readonly value: unknown;
  /** All places, the one that counts last. Empty: nobody wrote it. */
  readonly steps: readonly Step[];
  /** What put it there. */
  readonly rule: string;
  readonly variables: readonly VariableUseAt[];
}

interface At {
  readonly path: string;
  readonly attribute: Attribute;
  readonly container: unknown;
  readonly key: string | number;
  /** Where the nearest container that was written stands. */
  readonly above: readonly Origin[];
}

/**
 * Every value below a path of the model, with the places that it was written at and the rule that put it there.
 * @returns undefined if the project has nothing there
 */
export function explainPath(loaded: LoadedTree, path: string): readonly Explained[] | undefined {
  let at: At = { path: '', attribute: document, container: { '': loaded.tree }, key: '', above: [] };
  for (let rest = path; rest !== ''; ) {
    const value = valueAt(at);
    const key = firstKey(value, rest);
    if (key === undefined || (Array.isArray(value) && Number(key) >= value.length)) return undefined;
    at = into(at, Array.isArray(value) ? Number(key) : key, loaded);
    rest = rest.slice(Array.isArray(value) ? key.length + 2 : key.length).replace(/^\./, '');
  }
  const all: Explained[] = [];
  visit(at, loaded, all);
  return all;
}

function valueAt({ container, key }: At): unknown {
  return (container as Readonly<Record<string | number, unknown>>)[key];
}

function into(at: At, key: string | number, { context }: LoadedTree): At {
  const own = context.origins.of(at.container, at.key);
  return {
    path: pathBelow(at.path, key),
    attribute: below(at.attribute, key),
    container: valueAt(at),
    key,
    above: own.length > 0 ? own : at.above,
  };
}

function visit(at: At, loaded: LoadedTree, all: Explained[]): void {
  const value = valueAt(at);
  if (Array.isArray(value) && value.length > 0) {
    for (const i of value.keys()) visit(into(at, i, loaded), loaded, all);
  } else if (isTree(value) && Object.keys(value).length > 0) {
    for (const key of Object.keys(value)) visit(into(at, key, loaded), loaded, all);
  } else {
    all.push(explain(at, value, loaded));
  }
}

function explain(at: At, value: unknown, loaded: LoadedTree): Explained {
  const own = loaded.context.origins.of(at.container, at.key);
  const short = own.length === 0 && at.above.length > 0 && isShort(at.above.at(-1));
  const places = own.length > 0 ? own : at.above.slice(-1);
  return {
    path: at.path,
    value,
    steps: (short ? at.above : own).map((origin) => stepOf(origin, loaded)),
    rule: short ? 'long form of what is written there in short' : ruleOf(at, own, loaded),
    variables: loaded.uses.filter(({ origin }) =>
      places.some((place) => place.source === origin?.source && place.offset === origin.offset),
    ),
  };
}

function stepOf(origin: Origin, { files, context }: LoadedTree): Step {
  const { file } = origin.source;
  const written = writtenAt(origin);
  const kind = files.files.includes(file)
    ? 'project'
    : context.included.files.has(file)
      ? 'included'
      : 'extended';
  return { place: placeOf(origin), written, file: kind };
}

/** The key with its value, or the entry, as far as it stands on one line; shortened. */
function writtenAt({ source, offset }: Origin): string {
  const token = source.text.slice(offset, offset + tokenLengthAt(source, offset));
  const rest = source.text.slice(offset + token.length);
  const colon = /^[ \t]*:[ \t]+(?=[^\s#])/.exec(rest)?.[0];
  if (colon === undefined) return shorten(token);
  const after = rest.slice(colon.length);
  const value = /^"(?:[^"\\\n]|\\.)*"|^'[^'\n]*'|^[[{].*|^[^\n,\]}]*?(?=\s+#|\s*(?:[,\]}]|$))/m.exec(
    after,
  )?.[0];
  return shorten(`${token}: ${value ?? ''}`);
}

function shorten(text: string): string {
  const line = text.trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

/** Whether a scalar stands there, and no mapping: it was expanded. */
function isShort(origin: Origin | undefined): boolean {
  if (origin === undefined) return false;
  const { source, offset } = origin;
  const end = offset + tokenLengthAt(source, offset);
  return (
    !/[[{]/.test(source.text[offset] ?? '') && !/^[ \t]*:(?:\s|$)/.test(source.text.slice(end, end + 40))
  );
}

/** In words, from how the value was written and what its attribute says about merging. */
function ruleOf(at: At, own: readonly Origin[], loaded: LoadedTree): string {
  const latest = own.at(-1);
  if (latest === undefined) {
    return at.above.length === 0 || at.path.startsWith('networks.default')
      ? 'follows from the rest of the project'
      : 'a default: nobody wrote it';
  }
  const parent = at.above.at(-1);
  const parts: string[] = [];
  const long = parent !== undefined && parent.source === latest.source && parent.offset === latest.offset;
  if (long) parts.push('long form of what is written there in short');
  else if (parent !== undefined && parent.source === latest.source && latest.offset < parent.offset) {
    parts.push('repeated there by an alias or merge key');
  }
  if (own.length > 1) parts.push(`${own.length} places: ${mergeRule(at)}`);
  else if (at.above.length > 1 && Array.isArray(at.container)) {
    parts.push('the list has the entries of all files, in order; entries with the same key are one');
  }
  if (!loaded.files.files.includes(latest.source.file)) {
    parts.push(
      loaded.context.included.files.has(latest.source.file)
        ? 'brought in by include'
        : 'brought in by extends',
    );
  }
  return parts.length === 0 ? 'as written' : parts.join('; ');
}

/** What happens when several files write the same value. */
function mergeRule({ attribute }: At): string {
  if (attribute.merge === 'replace') return 'the later one replaces the earlier one as a whole';
  if (attribute.merge === 'logging') return 'options merge while the driver stays the same';
  return 'the later one counts';
}
