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
    if (!graceful) exit(name === 'SIGTERM' ? exitCode.terminated : exitCode.interrupted);
    else if (!stop.signal.aborted) stop.abort();
    else if (!kill.signal.aborted) kill.abort();
    else exit(exitCode.interrupted);
  };
  for (const name of watched) process.on(name, handler);
  // A terminal's Ctrl-C reaches us too: the same interrupt does not count twice.
  const unwatch = watch(pluginSocket, () => {
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

/** Loads what it takes only if there is a socket. @returns ends it */
function watch(path: string, closed: () => void): () => void {
  if (path === '') return () => {};
  const watching = import('./pluginSocket.ts').then(({ watchSocket }) => watchSocket(path, closed));
  return () => {
    watching.then((end) => end()).catch(() => undefined);
  };
}
