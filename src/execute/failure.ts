import { EngineError, exitCode, UserError } from '../diagnostic/errors.ts';

/** Text of an error for people. The engine's own words are marked as such, as docker compose does. */
export function messageOf(error: unknown): string {
  if (error instanceof EngineError && error.kind !== 'unreachable') {
    return `Error response from daemon: ${error.message}`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** What an error of a step tells to do about it. */
export function hintOf(error: unknown): string | undefined {
  return error instanceof EngineError || error instanceof UserError ? error.hint : undefined;
}

/** Lines that show where and how it failed; '' if there are none. */
export function detailsOf(error: unknown): string {
  return error instanceof EngineError ? (error.details ?? '') : '';
}

export function exitOf(error: unknown): number {
  return error instanceof UserError ? error.exit : exitCode.error;
}
