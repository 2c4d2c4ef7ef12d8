import type { EngineFeatures } from '../../translate/input.ts';
import type { Context } from '../session.ts';

/** Longest wait for an engine that nobody named, in milliseconds: a check of files should not hang on it. */
const patience = 3_000;

/**
 * What the engine that a command would use can do; undefined if none answers. Starts nothing.
 * @throws EngineError if an option names an engine that does not answer
 */
export async function featuresFor({
  global,
  terminal,
  signal,
}: Context): Promise<EngineFeatures | undefined> {
  const [{ look, surroundings }, { engineOptions }] = await Promise.all([
    import('../../engine/connect.ts'),
    import('../engineOptions.ts'),
  ]);
  const named = global.host !== undefined || global.context !== undefined;
  const world = surroundings({ environment: terminal.environment, ...engineOptions(global) });
  const limit = named ? signal : AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  const { engine, error } = await look(world, limit);
  if (engine === undefined) {
    if (named && error !== undefined) throw error;
    return undefined;
  }
  const { kind, version, apiVersion } = engine.facts;
  engine.close();
  return { kind, version, apiVersion };
}
