import type { Diagnostic } from './diagnostic.ts';

/** Exit codes, one convention for all commands. */
export const exitCode = {
  done: 0,
  error: 1,
  /** Also `plan`: there is something to do. */
  usage: 2,
  pending: 2,
  refused: 3,
  rolledBack: 4,
  wouldDestroyData: 5,
  timeout: 124,
  interrupted: 130,
  /** By SIGTERM. */
  terminated: 143,
} as const;

/** A mistake of the user's input or wish. It carries its own exit code and needs no stack trace. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: string;
  readonly hint: string | undefined;
  readonly exit: number;
  /** Of the model, that it is about: `services.web.build`. */
  readonly path: string | undefined;
  constructor(
    code: string,
    message: string,
    options: { hint?: string; exit?: number; cause?: unknown; path?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.exit = options.exit ?? exitCode.error;
    this.path = options.path;
  }
}

/** The compose files can't be used. Holds every problem found, warnings too, sorted by place. */
export class InvalidProjectError extends Error {
  override readonly name = 'InvalidProjectError';
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[]) {
    super(
      diagnostics
        .filter(({ severity }) => severity === 'error')
        .map((d) => d.message)
        .join('\n'),
    );
    this.diagnostics = diagnostics;
  }
}

export type EngineErrorKind =
  | 'not-found'
  | 'conflict'
  | 'unreachable'
  | 'denied'
  | 'invalid'
  | 'unsupported'
  | 'no-space'
  /** A registry asks to come later. */
  | 'limited'
  /** A disturbance between engine and registry that may pass by itself. */
  | 'transient'
  | 'unreachable-registry'
  | 'other';

/** The engine refused, or can't be reached. Made only inside `engine/`. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly kind: EngineErrorKind;
  /** For example `POST /containers/create`. */
  readonly call: string;
  readonly hint: string | undefined;
  /** Lines that show where and how it failed. */
  readonly details: string | undefined;
  constructor(
    kind: EngineErrorKind,
    call: string,
    message: string,
    options: { hint?: string; details?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.call = call;
    this.hint = options.hint;
    this.details = options.details;
  }
}
