import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EngineError, UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ContainerBody } from '../../model/bodies.ts';

/** Where a helper container has the volume. The name also begins each path of the tar. */
const folder = 'tscompose-volume';

/** A container that is made only to reach a volume. It is never part of a project. */
export interface VolumeHelper {
  /** Tar of the volume, its root folder included. */
  read(): Promise<Readable>;
  write(tar: Readable): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a volume through a container that is created from an image the engine has, and not started. Podman
 * reports wrong owners in archives and puts an archive beside the volume of a container that does not run, so there
 * the data is read and written by `tar` in started ones.
 */
export async function openVolume(engine: Engine, volume: string, image: string): Promise<VolumeHelper> {
  const helper = await engine.createContainer('', helperBody(volume, image), undefined);
  const started: string[] = [];
  return {
    read: async () => {
      if (engine.facts.kind === 'docker') return (await engine.getArchive(helper.id, `/${folder}`)).stream;
      const body = {
        ...helperBody(volume, image),
        Entrypoint: ['tar'],
        Cmd: ['-C', '/', '-cf', '-', folder],
      };
      const reader = await engine.createContainer('', body, undefined);
      started.push(reader.id);
      return readByTar(engine, reader.id, volume, image);
    },
    write: async (tar) => {
      if (engine.facts.kind === 'docker') return engine.putArchive(helper.id, '/', tar);
      const body = {
        ...helperBody(volume, image),
        ...{ Entrypoint: ['tar'], Cmd: ['-C', '/', '-xpf', '-'] },
        ...{ OpenStdin: true, StdinOnce: true, AttachStdin: true },
      };
      const writer = await engine.createContainer('', body, undefined);
      started.push(writer.id);
      await writeByTar(engine, writer.id, volume, tar);
    },
    close: async () => {
      for (const id of [helper.id, ...started]) {
        await engine.removeContainer(id, { force: true, volumes: false }).catch((error: unknown) => {
          if (!(error instanceof EngineError) || error.kind !== 'not-found') throw error;
        });
      }
    },
  };
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

async function writeByTar(engine: Engine, id: string, volume: string, tar: Readable): Promise<void> {
  const attachment = await engine.attach(id, { stdin: true, stdout: false, stderr: true, tty: false });
  const { stdin, stderr } = attachment;
  let words = '';
  stderr.on('data', (chunk: Buffer) => {
    words += chunk.toString();
  });
  const exit = engine.waitContainer(id, 'next-exit');
  exit.catch(() => {});
  await engine.startContainer(id);
  if (stdin !== undefined) await pipeline(tar, stdin);
  const code = await exit;
  attachment.close();
  if (code === 0) return;
  throw new UserError(
    'volume-unwritable',
    `volume ${volume} can't be written on ${engine.name}: ${words.trim()}`,
    {
      hint: `see that the disk of ${engine.name} has room, and try again`,
    },
  );
}

async function readByTar(engine: Engine, id: string, volume: string, image: string): Promise<Readable> {
  try {
    const attachment = await engine.attach(id, { stdin: false, stdout: true, stderr: true, tty: false });
    attachment.stderr.resume();
    await engine.startContainer(id);
    const { stdout } = attachment;
    return stdout;
  } catch (cause) {
    throw new UserError(
      'volume-unreadable',
      `volume ${volume} can't be read with its owners on ${engine.name}: image ${image} has no tar`,
      {
        hint: `add tar to the image, or to any other image of ${engine.name} that a service with this volume uses`,
        cause,
      },
    );
  }
}
