/** Where something was written. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Length of the marked text on that line, for the caret. */
  readonly length?: number;
  /** Values on the line may be secret: it is shown up to the first `=` or `:` only. */
  readonly masked?: boolean;
}

export type Severity = 'error' | 'warning';

/** One problem of the input, as data. `diagnostic/format.ts` draws it. */
export interface Diagnostic {
  /** Stable: `TSC1xx` for errors of files, `TSC2xx` for warnings. All in `codes.ts`. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly place?: Place | undefined;
  /** What to do about it, for example `did you mean "ports"?`. */
  readonly hint?: string | undefined;
  /** Path in the model, for example `services.web.ports[0]`. */
  readonly path?: string | undefined;
  /** Other places that matter: where the base came from, where the first of two stands. */
  readonly related?: readonly { readonly place: Place; readonly message: string }[];
}
