import type { ContainerBody, HostConfigBody } from '../../model/bodies.ts';
import type { ImageConfig } from '../../model/image.ts';
import type { ContainerInput, EngineFeatures } from '../input.ts';

/** What a changed attribute asks for. */
export type Cost = 'none' | 'update' | 'recreate';

/** A part of a body taken apart for comparison: what follows the attribute's name -> value. '' is the whole. */
export type Fields = Readonly<Record<string, string>>;

/** What a comparison knows beside the two bodies. */
export interface Surroundings {
  readonly facts: EngineFeatures;
  readonly image: ImageConfig;
  readonly wanted: ContainerBody;
  readonly observed: ContainerBody;
}

/**
 * One part of a create body: the attributes of a service that it follows from, and how it is compared
 * with what an engine shows of an existing container.
 */
export interface Row {
  /** The attribute's name in a compose file, as changes are named. */
  readonly attribute: string;
  /** Other attributes that end up in the same part. */
  readonly also: readonly string[];
  /** For example `HostConfig.CapAdd`. */
  readonly path: string;
  readonly onChange: Cost;
  /** Puts the wanted value into the body. */
  readonly apply: (input: ContainerInput, body: ContainerBody) => void;
  readonly wanted: (around: Surroundings) => Fields;
  readonly observed: (around: Surroundings) => Fields;
  /** True if the engine sets this by itself when the service says nothing. */
  readonly byItself: (field: string, value: string, around: Surroundings) => boolean;
  /** True if two values mean the same here. */
  readonly same: (before: string, after: string, around: Surroundings) => boolean;
  /** True if this engine keeps the setting but does not show it back. */
  readonly hidden: (around: Surroundings) => boolean;
}

/** What a row says of a part of type `T`. */
export interface Part<T> {
  readonly attribute: string;
  readonly also?: readonly string[];
  readonly onChange?: Cost;
  readonly write: (input: ContainerInput) => T | undefined;
  /** How the value is taken apart. */
  readonly view: (value: NonNullable<T>, around: Surroundings) => Fields;
  readonly byItself?: (field: string, value: string, around: Surroundings) => boolean;
  readonly same?: (before: string, after: string, around: Surroundings) => boolean;
  readonly hidden?: (around: Surroundings) => boolean;
}

/** A row of the body's top level. */
export function configRow<K extends Exclude<keyof ContainerBody, 'HostConfig'>>(
  key: K,
  part: Part<ContainerBody[K]>,
): Row {
  return rowOf(
    key,
    part,
    (body) => body[key],
    (body, value) => {
      body[key] = value;
    },
  );
}

/** A row of `HostConfig`. */
export function hostRow<K extends keyof HostConfigBody>(key: K, part: Part<HostConfigBody[K]>): Row {
  return rowOf(
    `HostConfig.${key}`,
    part,
    ({ HostConfig }) => HostConfig[key],
    ({ HostConfig }, value) => {
      HostConfig[key] = value;
    },
  );
}

function rowOf<T>(
  path: string,
  part: Part<T>,
  get: (body: ContainerBody) => T | undefined,
  set: (body: ContainerBody, value: T) => void,
): Row {
  const viewOf = (body: ContainerBody, around: Surroundings): Fields => {
    const value = get(body);
    return value === undefined || value === null ? {} : part.view(value, around);
  };
  return {
    attribute: part.attribute,
    also: part.also ?? [],
    path,
    onChange: part.onChange ?? 'recreate',
    apply: (input, body) => {
      const value = part.write(input);
      if (value !== undefined) set(body, value);
    },
    wanted: (around) => viewOf(around.wanted, around),
    observed: (around) => viewOf(around.observed, around),
    byItself: part.byItself ?? (() => false),
    same: part.same ?? (() => false),
    hidden: part.hidden ?? (() => false),
  };
}
