import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
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
 * @param pluginSocket of the docker client that has started us: it closes it when it is told to end
 */
export function watchInterrupts(
  graceful: boolean,
  exit: (code: number) => void,
  { pluginSocket = '' }: { readonly pluginSocket?: string | undefined } = {},
): Interrupts {
  const stop = new AbortController();
  const kill = new AbortController();
  const handler = (name: NodeJS.Signals): void => {
    if (!graceful) exit(name === 'SIGTERM' ? 128 + constants.signals.SIGTERM : exitCode.interrupted);
    else if (!stop.signal.aborted) stop.abort();
    else if (!kill.signal.aborted) kill.abort();
    else exit(exitCode.interrupted);
  };
  for (const name of watched) process.on(name, handler);
  // A terminal's Ctrl-C reaches us too: the same interrupt does not count twice.
  const unwatch = watchSocket(pluginSocket, () => {
    if (!stop.signal.aborted) handler('SIGINT');
  });
  return {
    signal: stop.signal,
    kill: kill.signal,
    close: () => {
      unwatch();
      for (const name of watched) process.off(name, handler);
    },
  };
}

/**
 * Tells when a socket is closed. Node can't connect to one without a file (`@name`, on Linux) that another program
 * has named: the kernel's list of sockets is looked at instead.
 * @returns ends it
 */
function watchSocket(path: string, closed: () => void): () => void {
  if (path === '') return () => {};
  if (!path.startsWith('@')) {
    const socket = connect(path).unref();
    socket.on('error', () => undefined);
    socket.once('end', closed);
    socket.resume();
    return () => socket.destroy();
  }
  const timer = setInterval(() => {
    if (isOpen(path)) return;
    clearInterval(timer);
    closed();
  }, 250).unref();
  return () => clearInterval(timer);
}

function isOpen(path: string): boolean {
  try {
    return readFileSync('/proc/net/unix', 'latin1').includes(path);
  } catch {
    // Nobody can tell here.
    return true;
  }
}
