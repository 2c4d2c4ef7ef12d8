import { EngineError, UserError } from '../diagnostic/errors.ts';
import { authFor } from '../engine/credentials.ts';
import type { Engine } from '../engine/engine.ts';
import type { RegistryImage } from '../engine/images.ts';
import { objectOf, parseJson, textOf } from '../util/json.ts';
import { formatReference, parseReference } from '../util/reference.ts';
import { Registry } from './client.ts';
import { descriptorOf, isIndex, platformsOf, readBlob, readManifest } from './manifest.ts';
import type { RegistryWorld } from './world.ts';

/** Looks images up in their registries: through the engine, which knows mirrors, or from here. */
export class ImageResolver {
  readonly #engine: Engine | undefined;
  readonly #world: RegistryWorld;
  readonly #known = new Map<string, Promise<RegistryImage>>();

  /** @param engine undefined: there is none to ask */
  constructor(engine: Engine | undefined, world: RegistryWorld) {
    this.#engine = engine;
    this.#world = world;
  }

  /**
   * What the registry has under a reference now. Each reference is asked once.
   * @throws UserError or EngineError if it can't be found out
   */
  resolve(reference: string): Promise<RegistryImage> {
    const known = this.#known.get(reference);
    if (known !== undefined) return known;
    const asked = this.#ask(reference);
    this.#known.set(reference, asked);
    return asked;
  }

  async #ask(reference: string): Promise<RegistryImage> {
    const parsed = parseReference(reference);
    if (parsed === undefined) {
      throw new UserError('image-name', `"${reference}" is no image reference`, {
        hint: 'write [HOST/]NAME[:TAG], lower case',
      });
    }
    const auth = await authFor(reference, this.#world);
    try {
      const found = await this.#engine?.resolveImage(formatReference(parsed), auth);
      if (found !== undefined) return found;
    } catch (error) {
      throw named(error, reference);
    }
    return await fromRegistry(reference, this.#world);
  }
}

/** The engine's words do not always say which image they are about. */
function named(error: unknown, reference: string): unknown {
  if (!(error instanceof EngineError) || error.message.includes(reference)) return error;
  const { kind, call, hint, cause } = error;
  const message = `${reference}: ${error.message}`;
  return new EngineError(kind, call, message, { ...(hint !== undefined && { hint }), cause });
}

async function fromRegistry(reference: string, world: RegistryWorld): Promise<RegistryImage> {
  const parsed = parseReference(reference)!;
  const registry = new Registry(parsed.registry, world);
  const manifest = await readManifest(registry, parsed);
  const { digest, raw } = manifest;
  if (isIndex(manifest)) {
    return { digest, platforms: platformsOf(manifest).map(({ platform }) => platform!) };
  }
  const config = descriptorOf(raw['config']);
  const bytes = await readBlob(registry, parsed.repository, config);
  const { os, architecture, variant } = objectOf(parseJson(bytes.toString('utf8')));
  const platform = [os, architecture, variant].map(textOf).filter((part) => part !== '');
  return { digest, platforms: platform.length === 0 ? [] : [platform.join('/')] };
}
