// See NOTE.txt in this folder before you go on.
import type { StringMap } from '../model/scalars.ts';

/** A mistake in the loaded tree. The path is written as in `services.web.ports[0]`. */
export interface Problem {
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}
export type Report = (problem: Problem) => void;

/** How a scalar is written in canonical form. */
export type ScalarType =
  | 'int'
  | 'float'
  /** Rounded to single precision. */
  | 'single'
  | 'bool'
  /** A number that its schema refuses as text. */
  | 'plain-int'
  | 'plain-bool'
  | 'text'
  | 'duration'
  | 'bytes'
  /** A file mode, written as octal text. */
  | 'mode';

/** How a later file's value joins an earlier one's. */
export type MergeRule =
  /** The later one stands; null clears. */
  | 'replace'
  /** List and mapping form mix; the later value of a key wins, also if it is null. */
  | 'by-key'
  /** One string counts as a list of one; lists are joined. */
  | 'as-list'
  | 'host-list'
  | 'build'
  | 'logging'
  | 'ulimit'
  | 'dependencies'
  /** A list of names counts as a mapping of names to null. */
  | 'names'
  /** By subnet. */
  | 'address-pools';

export interface ExpandContext {
  readonly environment: StringMap;
  readonly report: Report;
}

/** Turns a value into its long form; what it can't read it reports and returns as it is. */
export type Expand = (value: unknown, path: string, context: ExpandContext) => unknown;

/** What makes two list entries the same; undefined: nothing does. */
export type Identity = (entry: unknown) => string | undefined;

export interface PathContext {
  /** The absolute form of a path, `~` expanded. */
  readonly absolute: (path: string) => string;
  /** Follows symbolic links. */
  readonly real: (path: string) => string;
}

/** All that the loader knows of one attribute. */
export interface Attribute {
  readonly merge?: MergeRule;
  readonly expand?: Expand;
  /** For lists: entries with equal identity are one, at the first one's place, with the last one's content. */
  readonly identity?: Identity;
  readonly type?: ScalarType;
  /** Makes the relative paths in a value absolute, in short and long form. */
  readonly resolve?: (value: unknown, context: PathContext) => unknown;
}

/** Rows by path; `*` is any key, `[]` any list entry. */
export type Attributes = Readonly<Record<string, Attribute>>;

export const int: Attribute = { type: 'int' };
export const float: Attribute = { type: 'float' };
export const single: Attribute = { type: 'single' };
export const bool: Attribute = { type: 'bool' };
export const text: Attribute = { type: 'text' };
export const duration: Attribute = { type: 'duration' };
export const bytes: Attribute = { type: 'bytes' };
