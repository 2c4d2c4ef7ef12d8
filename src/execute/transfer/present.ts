import type { Engine } from '../../engine/engine.ts';
import { satisfiesPlatform } from '../../model/platform.ts';

/** True if the engine has an image of that name, for that platform if one is given. */
export async function isPresent(
  engine: Engine,
  image: string,
  platform: string | undefined,
): Promise<boolean> {
  const found = await engine.inspectImage(image, { platforms: platform !== undefined });
  return found !== undefined && (platform === undefined || satisfiesPlatform(found.platforms, platform));
}
