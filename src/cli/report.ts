import { EngineError, exitCode, InvalidProjectError, UserError } from '../diagnostic/errors.ts';
import type { Terminal } from './command.ts';
import { problemText } from './problems.ts';

interface Showing {
  /** With stack. */
  readonly debug: boolean;
  readonly terminal: Terminal;
  /** The value of `--ansi`, once it is known. */
  readonly ansi?: string | undefined;
}

/** Text for people of whatever ended a command, and its exit code. The stack only with `--debug`. */
export function describeError(
  error: unknown,
  { debug, terminal, ansi }: Showing,
): { text: string; exit: number } {
  const stack = debug && error instanceof Error && error.stack !== undefined ? `${error.stack}\n` : '';
  if (error instanceof InvalidProjectError) {
    return { text: problemText(error.diagnostics, terminal, ansi) + stack, exit: exitCode.error };
  }
  if (error instanceof UserError) return { text: withHint(error) + stack, exit: error.exit };
  if (error instanceof EngineError) {
    // Errors of finding, starting and reaching an engine are our own words: their calls are no requests.
    const answered = error.kind !== 'unreachable' && /^[A-Z]+ \//.test(error.call);
    const prefix = answered ? 'Error response from daemon: ' : '';
    return {
      text: withHint({ message: prefix + error.message, hint: error.hint }) + stack,
      exit: exitCode.error,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  const text = `internal error: ${message}\n${stack || '  hint: run again with --debug for details\n'}`;
  return { text, exit: exitCode.error };
}

export function withHint(error: { readonly message: string; readonly hint?: string | undefined }): string {
  return `${error.message}\n${error.hint === undefined ? '' : `  hint: ${error.hint}\n`}`;
}
