/**
 * A value under `!reset` (it and what it would override are removed) or `!override` (it replaces without
 * merging). It stays in the tree until the merge settles it.
 */
export class Tagged {
  readonly kind: 'reset' | 'override';
  readonly value: unknown;
  constructor(kind: 'reset' | 'override', value: unknown) {
    this.kind = kind;
    this.value = value;
  }
}
