import { isCode } from '../diagnostic/codes.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { EngineError, exitCode, InvalidProjectError, UserError } from '../diagnostic/errors.ts';
import type { Terminal } from './command.ts';
import { noticeLines, noticesOf } from './notices.ts';
import { problemText } from './problems.ts';

interface Showing {
  /** With stack. */
  readonly debug: boolean;
  readonly terminal: Terminal;
  /** The value of `--ansi`, once it is known. */
  readonly ansi?: string | undefined;
  /** The value of `--diagnostics`, once it is known. */
  readonly format?: string | undefined;
  /** As lines of progress. */
  readonly json?: boolean;
}

/** What ended a command was told already: only its exit code is left. */
export class ToldError extends Error {
  override readonly name = 'ToldError';
  readonly exit: number;
  constructor(exit: number, cause: unknown) {
    super('told already', { cause });
    this.exit = exit;
  }
}

/** The exit code of whatever ended a command. */
export function exitOfError(error: unknown): number {
  return error instanceof UserError || error instanceof ToldError ? error.exit : exitCode.error;
}

/** Whatever ended a command as text, for people unless another format is asked for, and its exit code. The stack only with `--debug`. */
export function describeError(error: unknown, showing: Showing): { text: string; exit: number } {
  const stack =
    showing.debug && error instanceof Error && error.stack !== undefined ? `${error.stack}\n` : '';
  const exit = exitOfError(error);
  if (error instanceof ToldError) return { text: stack, exit };
  if (showing.json) return { text: noticeLines(noticesOf(diagnosticsOf(error))), exit };
  if ((showing.format ?? 'text') !== 'text' || isFault(error)) {
    return { text: problemText(diagnosticsOf(error), showing) + stack, exit };
  }
  if (error instanceof UserError) return { text: withHint(error) + stack, exit };
  if (error instanceof EngineError) {
    const { details, hint } = error;
    return { text: withHint({ message: answerOf(error), details, hint }) + stack, exit };
  }
  const text = `${internal(error)}\n${stack || '  hint: run again with --debug for details\n'}`;
  return { text, exit };
}

/** Something of the files, with a code that `explain` knows. */
function isFault(error: unknown): boolean {
  return error instanceof InvalidProjectError || (error instanceof UserError && isCode(error.code));
}

export function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof InvalidProjectError) return error.diagnostics;
  const severity = 'error';
  if (error instanceof UserError) {
    const { code, message, hint } = error;
    return [{ code, severity, message, hint }];
  }
  if (error instanceof EngineError) {
    return [{ code: `engine-${error.kind}`, severity, message: answerOf(error), hint: error.hint }];
  }
  return [{ code: 'internal', severity, message: internal(error) }];
}

/** Errors of finding, starting and reaching an engine are our own words: their calls are no requests. */
function answerOf({ kind, call, message }: EngineError): string {
  const answered = kind !== 'unreachable' && /^[A-Z]+ \//.test(call);
  return answered ? `Error response from daemon: ${message}` : message;
}

function internal(error: unknown): string {
  return `internal error: ${error instanceof Error ? error.message : String(error)}`;
}

export function withHint(error: {
  readonly message: string;
  readonly details?: string | undefined;
  readonly hint?: string | undefined;
}): string {
  const details = error.details ? `${error.details}\n` : '';
  return `${error.message}\n${details}${error.hint === undefined ? '' : `  hint: ${error.hint}\n`}`;
}
