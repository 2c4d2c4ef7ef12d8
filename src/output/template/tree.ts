/** What can be evaluated to a value. */
export type Value =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'dot' }
  | { readonly kind: 'variable'; readonly name: string }
  /** `.A`, and `(…).A` with something before it. `root`: the row itself is meant, so its fields are known. */
  | { readonly kind: 'field'; readonly of: Value; readonly name: string }
  | { readonly kind: 'word'; readonly name: string }
  | { readonly kind: 'pipe'; readonly pipe: Pipe };

/** `a b c`: the first is called with the others. */
export type Command = readonly Value[];
/** Each command gets the result of the one before as its last argument. */
export type Pipe = readonly Command[];

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipe: Pipe }
  | { readonly kind: 'set'; readonly name: string; readonly declare: boolean; readonly pipe: Pipe }
  | { readonly kind: 'if'; readonly pipe: Pipe; readonly then: Branch; readonly otherwise: Branch }
  | { readonly kind: 'with'; readonly pipe: Pipe; readonly then: Branch; readonly otherwise: Branch }
  | {
      readonly kind: 'range';
      /** `$i, $e :=`, or one of them, or none. */
      readonly names: readonly string[];
      readonly pipe: Pipe;
      readonly then: Branch;
      readonly otherwise: Branch;
    }
  | { readonly kind: 'jump'; readonly to: 'break' | 'continue' };

export type Branch = readonly Node[];
