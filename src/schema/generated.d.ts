/** What `scripts/generate.mjs` makes of `schemas/compose.json`. Declared here: git does not keep the result. */
declare module '*/generated/compose.js' {
  import type { Fault } from './shape.ts';

  export const validate: {
    (tree: unknown): boolean;
    /** Those of the last call. */
    readonly errors: readonly Fault[] | null;
  };
}

declare module '*/generated/schema.js' {
  import type { Schema } from './shape.ts';

  /** The schema without descriptions. */
  export const schema: Schema;
}
