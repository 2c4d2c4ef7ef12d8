import { Readable } from 'node:stream';
import { EngineError, UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ContainerBody } from '../../model/bodies.ts';

/** Makes the body of a helper container that runs `tar` with these arguments. */
export type TarBody = (image: string, args: readonly string[], stdin: boolean) => ContainerBody;

export interface TarHelper {
  readonly engine: Engine;
  /** Best first; the first that has tar is used. */
  readonly images: readonly string[];
  readonly body: TarBody;
  /** Called with the id of each container, also of those that did not start. */
  readonly made: (id: string) => void;
}

/**
 * The tar of a folder, written by `tar` in a container of its own. The stream fails at its end if `tar` did.
 * @throws UserError if no image has tar
 */
export function readByTar(helper: TarHelper, folder: string): Promise<Readable> {
  const { engine } = helper;
  return firstThatStarts(helper, ['-C', '/', '-cf', '-', folder], false, async (id) => {
    const attachment = await engine.attach(id, { stdin: false, stdout: true, stderr: true, tty: false });
    let words = '';
    attachment.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-1000);
    });
    const exit = engine.waitContainer(id, 'next-exit');
    exit.catch(() => {});
    try {
      await engine.startContainer(id);
    } catch (error) {
      attachment.close();
      throw error;
    }
    async function* read(): AsyncGenerator<Uint8Array> {
      yield* attachment.stdout;
      const code = await exit;
      if (code !== 0) throw failed(engine, code, words);
    }
    const stream = Readable.from(read(), { objectMode: false });
    stream.once('close', () => attachment.close());
    return stream;
  });
}

/** A container that runs until it is removed: `tar` that waits for input. @returns its id */
export function startLingering(helper: TarHelper): Promise<string> {
  return firstThatStarts(helper, ['-tf', '-'], true, async (id) => {
    await helper.engine.startContainer(id);
    return id;
  });
}

function failed({ name }: Engine, code: number, words: string): UserError {
  return new UserError('tar-failed', `tar on ${name} ended with ${code}: ${words.trim()}`, {
    hint: `see that the disk of ${name} is sound, and try again`,
  });
}

async function firstThatStarts<T>(
  { engine, images, body, made }: TarHelper,
  args: readonly string[],
  stdin: boolean,
  begin: (id: string) => Promise<T>,
): Promise<T> {
  let last: unknown;
  for (const image of images) {
    const { id } = await engine.createContainer('', body(image, args, stdin));
    made(id);
    try {
      return await begin(id);
    } catch (error) {
      if (!(error instanceof EngineError) || error.kind === 'unreachable') throw error;
      last = error;
    }
  }
  const message = `no image of ${engine.name} has tar, which this engine needs for copies of volumes`;
  throw new UserError('no-tar', message, {
    hint: `add tar to an image of the project, or pull one that has it (busybox) on ${engine.name}`,
    cause: last,
  });
}
