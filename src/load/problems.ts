import type { Code } from '../diagnostic/codes.ts';
import type { Diagnostic, Place } from '../diagnostic/diagnostic.ts';
import { InvalidProjectError } from '../diagnostic/errors.ts';
import { type Origins, placeOf } from '../yaml/origins.ts';

interface Details {
  readonly hint?: string | undefined;
  readonly place?: Place | undefined;
  readonly related?: NonNullable<Diagnostic['related']>;
}

/** Collects what is wrong, so that one run shows all of it. */
export class Problems {
  readonly #origins: Origins;
  readonly #errors: Diagnostic[] = [];
  readonly #warnings: Diagnostic[] = [];

  constructor(origins: Origins) {
    this.#origins = origins;
  }

  get warnings(): readonly Diagnostic[] {
    return this.#warnings;
  }

  get hasErrors(): boolean {
    return this.#errors.length > 0;
  }

  /** A problem of the value at `container[key]`, whose path in the model is `path`. */
  at(
    code: Code,
    message: string,
    path: string,
    container: unknown,
    key: string | number,
    more: Details = {},
  ): void {
    const origins = this.#origins.of(container, key);
    const latest = origins.at(-1);
    const place = latest === undefined ? undefined : placeOf(latest, String(key).length);
    const earlier = origins.slice(0, -1).map((o) => ({ place: placeOf(o), message: 'merged onto this' }));
    this.error(code, message, {
      path,
      place,
      ...(earlier.length === 0 ? {} : { related: earlier }),
      ...more,
    });
  }

  error(code: Code, message: string, more: Details & { readonly path?: string | undefined } = {}): void {
    this.#errors.push({ code, severity: 'error', message, ...more });
  }

  warn(code: Code, message: string, more: Details & { readonly path?: string | undefined } = {}): void {
    this.#warnings.push({ code, severity: 'warning', message, ...more });
  }

  /** Ends the load if anything is wrong so far: later stages rely on what earlier ones checked. */
  stopIfAny(): void {
    if (this.#errors.length > 0) throw new InvalidProjectError(inOrder(this.#errors));
  }
}

function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics
    .filter((d) => {
      const key = `${d.code} ${d.path} ${d.message} ${d.place?.file}:${d.place?.line}:${d.place?.column}`;
      return seen.size !== seen.add(key).size;
    })
    .sort((a, b) => compare(a.place, b.place));
}

function compare(a: Place | undefined, b: Place | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  return a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1;
}
