import { type Code, isCode } from '../diagnostic/codes.ts';
import type { Diagnostic, Place } from '../diagnostic/diagnostic.ts';
import { InvalidProjectError, UserError } from '../diagnostic/errors.ts';
import { type Origins, placeOf } from '../yaml/origins.ts';
import type { Spot } from './context.ts';
import { isSilenced, type Silenced } from './silence.ts';

interface Details {
  readonly hint?: string | undefined;
  readonly place?: Place | undefined;
  readonly related?: NonNullable<Diagnostic['related']>;
}

/** A path of the model that nothing holds any more, with the place that it had. */
export interface Located {
  readonly path: string;
  readonly place: Place | undefined;
}

/** Collects what is wrong, so that one run shows all of it. */
export class Problems {
  readonly #origins: Origins;
  readonly #errors: Diagnostic[] = [];
  readonly #warnings: Diagnostic[] = [];
  #silenced: readonly Silenced[] = [];

  constructor(origins: Origins) {
    this.#origins = origins;
  }

  /** Those that the files do not silence. */
  get warnings(): readonly Diagnostic[] {
    return this.#warnings.filter(({ code, path }) => !isSilenced(code, path, this.#silenced));
  }

  /** Everything so far, sorted by place. */
  get all(): readonly Diagnostic[] {
    return inOrder([...this.#errors, ...this.warnings]);
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
    const place = latest === undefined ? undefined : placeOf(latest);
    const earlier = origins.slice(0, -1).map((o) => ({ place: placeOf(o), message: 'merged onto this' }));
    this.error(code, message, {
      path,
      place,
      ...(earlier.length === 0 ? {} : { related: earlier }),
      ...more,
    });
  }

  /** Runs what may fail; what it throws becomes a problem, of the value at the spot if it has no place itself. */
  attempt<R>(spot: Spot | Located | undefined, run: () => R): R | undefined {
    try {
      return run();
    } catch (error) {
      if (error instanceof InvalidProjectError) {
        this.#errors.push(...error.diagnostics.filter(({ severity }) => severity === 'error'));
      } else if (error instanceof UserError && isCode(error.code)) {
        const { code, message, hint } = error;
        if (spot === undefined || 'place' in spot) this.error(code, message, { ...spot, hint });
        else this.at(code, message, spot.path, spot.container, spot.key, { hint });
      } else {
        throw error;
      }
      return undefined;
    }
  }

  error(code: Code, message: string, more: Details & { readonly path?: string | undefined } = {}): void {
    this.#errors.push({ code, severity: 'error', message, ...more });
  }

  /** @returns false if the files silence it */
  warn(code: Code, message: string, more: Details & { readonly path?: string | undefined } = {}): boolean {
    this.#warnings.push({ code, severity: 'warning', message, ...more });
    return !isSilenced(code, more.path, this.#silenced);
  }

  silence(silenced: readonly Silenced[]): void {
    this.#silenced = [...this.#silenced, ...silenced];
  }

  /** Ends the load if anything is wrong so far: later stages rely on what earlier ones checked. */
  stopIfAny(): void {
    if (this.#errors.length > 0) throw new InvalidProjectError(this.all);
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
