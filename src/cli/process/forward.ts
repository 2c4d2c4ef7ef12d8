import type { Engine } from '../../engine/engine.ts';

/** Those that mean something to the process, and not to us. */
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/**
 * Passes signals that we get on to a container.
 * @returns what ends this
 */
export function forwardSignals(engine: Engine, id: string): () => void {
  const handlers = forwarded.map((name) => {
    const handler = (): void => {
      // It may have ended just now.
      engine.killContainer(id, name).catch(() => undefined);
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  return () => {
    for (const [name, handler] of handlers) process.off(name, handler);
  };
}
