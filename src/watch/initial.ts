import { lstat } from 'node:fs/promises';
import type { Engine } from '../engine/engine.ts';
import { type Copy, copyOf } from './decide.ts';
import type { Rule } from './rules.ts';
import type { Change } from './tree.ts';
import { Tree } from './tree.ts';

/**
 * What `initial_sync` brings to a new container: files that its image can't have as they are. If the image was built
 * from them, these are the ones that were touched later, by the time that nobody can set back too; else all.
 * @param built milliseconds since 1970 when a build of ours that may have made the image began
 */
export async function initialCopies(
  engine: Engine,
  id: string,
  rules: readonly Rule[],
  { hasBuild, built }: { readonly hasBuild: boolean; readonly built: number },
): Promise<readonly Copy[]> {
  const since = hasBuild ? Math.min(built, await imageTime(engine, id)) : Number.NEGATIVE_INFINITY;
  const found = await Promise.all(
    rules.map(async (rule) => {
      const all = await new Tree(rule).look([rule.path]);
      const fresh = await Promise.all(
        all.map(async (change) => ((await isSince(change, since)) ? change : [])),
      );
      return fresh.flat().flatMap((change) => (rule.has(change.path) ? (copyOf(change, rule) ?? []) : []));
    }),
  );
  return found.flat();
}

async function imageTime(engine: Engine, id: string): Promise<number> {
  const { imageId } = await engine.inspectContainer(id);
  const image = await engine.inspectImage(imageId);
  const time = Date.parse(image?.created ?? '');
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}

/** Folders are made for what is in them. */
async function isSince({ path, now }: Change, since: number): Promise<boolean> {
  if (now !== 'file' && now !== 'link') return false;
  if (since === Number.NEGATIVE_INFINITY) return true;
  const stats = await lstat(path).catch(() => undefined);
  return stats !== undefined && Math.max(stats.mtimeMs, stats.ctimeMs) >= since;
}
