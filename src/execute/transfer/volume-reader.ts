import type { Readable } from 'node:stream';
import { EngineError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ContainerBody } from '../../model/bodies.ts';
import { readByTar, startLingering, type TarBody } from './tar-process.ts';

/** Where a helper container has the volume. The name also begins each path of the tar. */
const folder = 'tscompose-volume';

/** Containers that are made only to reach a volume. They are never part of a project. */
export interface VolumeHelper {
  /** Tar of the volume, its root folder included. */
  read(): Promise<Readable>;
  write(tar: Readable): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a volume through containers that are created from images the engine has, and not started. Podman reports
 * wrong owners in archives, so there `tar` reads the data in a started one; and it puts an archive beside the volume of a
 * container that does not run, so there it is written into a running one.
 * @param images best first
 */
export async function openVolume(
  engine: Engine,
  volume: string,
  images: readonly string[],
): Promise<VolumeHelper> {
  const containers: string[] = [];
  const made = (id: string): void => {
    containers.push(id);
  };
  const tar = { engine, images, body: tarBody(volume), made };
  const idle = async (): Promise<string> => {
    const { id } = await engine.createContainer('', helperBody(volume, images[0]!));
    made(id);
    return id;
  };
  const docker = engine.facts.kind === 'docker';
  return {
    read: async () =>
      docker ? (await engine.getArchive(await idle(), `/${folder}`)).stream : readByTar(tar, folder),
    write: async (stream) => {
      try {
        await engine.putArchive(docker ? await idle() : await startLingering(tar), '/', stream);
      } finally {
        // An engine lets go of a volume only when nobody reads from it any more.
        stream.destroy();
      }
    },
    close: async () => {
      for (const id of containers) await removeHelper(engine, volume, id);
    },
  };
}

/**
 * Removes a helper, and by name the anonymous volumes that its image made the engine add. Left to the engine (`v=1`),
 * the volume that is carried could go too where it is anonymous itself.
 */
async function removeHelper(engine: Engine, volume: string, id: string): Promise<void> {
  try {
    const { mounts } = await engine.inspectContainer(id);
    await engine.removeContainer(id, { force: true, volumes: false });
    const added = mounts.filter(({ type, name }) => type === 'volume' && name !== '' && name !== volume);
    for (const { name } of added) await engine.removeVolume(name);
  } catch (error) {
    if (!(error instanceof EngineError) || error.kind !== 'not-found') throw error;
  }
}

function helperBody(volume: string, image: string): ContainerBody {
  return {
    Image: image,
    User: '0',
    Entrypoint: ['/'],
    Cmd: [],
    Labels: { 'tscompose.helper': 'volume' },
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      // Nothing of the data may land in the container's log.
      LogConfig: { Type: 'none' },
      NetworkMode: 'none',
      Mounts: [{ Type: 'volume', Source: volume, Target: `/${folder}`, VolumeOptions: { NoCopy: true } }],
    },
  };
}

function tarBody(volume: string): TarBody {
  return (image, args, stdin) => ({
    ...helperBody(volume, image),
    ...{ Entrypoint: ['tar'], Cmd: [...args] },
    ...(stdin && { OpenStdin: true }),
  });
}
