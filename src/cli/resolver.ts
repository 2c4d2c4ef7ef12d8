import { EngineError } from '../diagnostic/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { ImageResolver } from '../registry/resolve.ts';
import type { RegistryWorld } from '../registry/world.ts';
import { type Context, openEngine } from './session.ts';

/** Logins and registries that need no proof, as the command line and the environment say. */
export function registryWorld({ terminal, global }: Pick<Context, 'terminal' | 'global'>): RegistryWorld {
  const { environment } = terminal;
  return { environment, home: environment['HOME'] ?? '/', insecure: global['insecure-registry'] };
}

/** Looks images up through the engine that is in use; without one, from here. */
export async function imageResolver<R>(
  context: Context,
  use: (resolver: ImageResolver, engine: Engine | undefined) => Promise<R>,
): Promise<R> {
  const engine = await openEngine(context).catch((error: unknown) => {
    if (error instanceof EngineError && error.kind === 'unreachable') return undefined;
    throw error;
  });
  try {
    const { ImageResolver } = await import('../registry/resolve.ts');
    return await use(new ImageResolver(engine, registryWorld(context)), engine);
  } finally {
    engine?.close();
  }
}
