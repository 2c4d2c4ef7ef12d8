import { constants } from 'node:os';
import { exitCode } from '../diagnostic/errors.ts';

export interface Interrupts {
  readonly signal: AbortSignal;
  readonly kill: AbortSignal;
  /** Removes the handlers. */
  close(): void;
}

const watched = ['SIGINT', 'SIGTERM'] as const;

/**
 * The first Ctrl-C or SIGTERM aborts `signal`, the second `kill`, the third ends the program. For a command
 * that is not graceful the first one ends it.
 */
export function watchInterrupts(graceful: boolean, exit: (code: number) => void): Interrupts {
  const stop = new AbortController();
  const kill = new AbortController();
  const handler = (name: NodeJS.Signals): void => {
    if (!graceful) exit(name === 'SIGTERM' ? 128 + constants.signals.SIGTERM : exitCode.interrupted);
    else if (!stop.signal.aborted) stop.abort();
    else if (!kill.signal.aborted) kill.abort();
    else exit(exitCode.interrupted);
  };
  for (const name of watched) process.on(name, handler);
  return {
    signal: stop.signal,
    kill: kill.signal,
    close: () => {
      for (const name of watched) process.off(name, handler);
    },
  };
}
