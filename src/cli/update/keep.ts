import type { Engine } from '../../engine/engine.ts';

/** Images that names stand for now. */
export interface KeptImages {
  /** The names stand for them again. */
  restore(): Promise<void>;
  /** They are not needed any more. */
  forget(): Promise<void>;
}

/**
 * Keeps the images of some names: some engines forget an image as soon as a build takes its name away, though a
 * container uses it.
 */
export async function keepImages(engine: Engine, names: readonly string[]): Promise<KeptImages> {
  const kept: { readonly name: string; readonly as: string }[] = [];
  for (const [i, name] of names.entries()) {
    const image = await engine.inspectImage(name);
    if (image === undefined) continue;
    const as = `tscompose-previous:${process.pid}-${i}`;
    await engine.tagImage(image.id, as);
    kept.push({ name, as });
  }
  const forget = async (): Promise<void> => {
    for (const { as } of kept) await engine.removeImage(as).catch(() => {});
  };
  return {
    forget,
    restore: async () => {
      for (const { name, as } of kept) await engine.tagImage(as, name);
      await forget();
    },
  };
}
