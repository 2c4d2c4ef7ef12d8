import { once } from 'node:events';
import { Readable } from 'node:stream';
import { UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ImageDetails } from '../../engine/images.ts';
import { unpackTo } from '../../execute/archive/unpack.ts';
import type { FileToCopy, MountBody } from '../../model/bodies.ts';
import type { Terminal } from '../command.ts';
import type { Context } from '../session.ts';

/** Marks images that convert projects into another form. */
export const transformerLabel = 'com.docker.compose.bridge=transformation';
/** Used when no other is named. */
export const defaultTransformer = 'docker/compose-bridge-kubernetes';

/** The image's facts; it is pulled if the engine does not have it. */
export async function ensureImage(
  { terminal, signal }: Context,
  engine: Engine,
  reference: string,
): Promise<ImageDetails> {
  const found = await engine.inspectImage(reference);
  if (found !== undefined) return found;
  terminal.stderr.write(` Image ${reference} Pulling \n`);
  const { authFor } = await import('../../engine/credentials.ts');
  const { environment } = terminal;
  const auth = await authFor(reference, { environment, home: environment['HOME'] ?? '/' });
  await engine.pullImage(reference, { signal, ...(auth !== undefined && { auth }) });
  terminal.stderr.write(` Image ${reference} Pulled \n`);
  const pulled = await engine.inspectImage(reference);
  if (pulled === undefined) throw new UserError('no-image', `image ${reference} is not there after its pull`);
  return pulled;
}

/** An empty folder over the image's, so that only the templates that are copied to it count. */
const templatesMount: MountBody = {
  Type: 'volume',
  Target: '/templates',
  VolumeOptions: { NoCopy: true },
};

/** A container of an image for the time of `use`. */
export async function withContainer<R>(
  engine: Engine,
  image: string,
  options: { readonly user?: string | undefined; readonly ownTemplates?: boolean },
  use: (id: string) => Promise<R>,
): Promise<R> {
  const { id } = await engine.createContainer('', {
    ...{ Image: image, Labels: {}, Env: ['LICENSE_AGREEMENT=true'] },
    HostConfig: options.ownTemplates ? { Mounts: [templatesMount] } : {},
    ...(options.user !== undefined && { User: options.user }),
  });
  try {
    return await use(id);
  } finally {
    await engine.removeContainer(id, { force: true, volumes: true });
  }
}

/** What a transformer is handed: files for `/in` and `/templates`, owned by whom it runs as. */
export interface Input {
  readonly compose: string;
  readonly templates: Readable | undefined;
}

/**
 * Runs a transformer: it reads `/in/compose.yaml` and writes files to `/out`. Files are copied, not mounted, so
 * that it works on an engine of another machine too.
 * @throws UserError if it ends with another code than 0
 */
export async function transform(
  engine: Engine,
  image: string,
  input: Input,
  folder: string,
  terminal: Terminal,
): Promise<void> {
  const uid = process.getuid?.();
  const user = uid === undefined ? undefined : String(uid);
  const ownTemplates = input.templates !== undefined;
  await withContainer(engine, image, { user, ownTemplates }, async (id) => {
    const owner = { uid: uid ?? 0, gid: process.getgid?.() ?? 0, mode: 0o644 };
    const content = new TextEncoder().encode(input.compose);
    const file: FileToCopy = { target: '/in/compose.yaml', content, ...owner };
    await engine.copyFiles(id, [file]);
    await engine.putArchive(id, '/', await emptyFolder('out', owner));
    if (input.templates !== undefined) await engine.putArchive(id, '/', input.templates);
    const attachment = await engine.attach(id, { stdin: false, tty: false });
    attachment.stdout.pipe(terminal.stdout, { end: false });
    attachment.stderr.pipe(terminal.stderr, { end: false });
    const printed = Promise.all([once(attachment.stdout, 'end'), once(attachment.stderr, 'end')]);
    await engine.startContainer(id);
    const code = await engine.waitContainer(id, 'not-running');
    await printed;
    if (code !== 0) {
      throw new UserError('bridge', `transformation ${image} ended with code ${code}`, {
        hint: 'what it printed says why',
        exit: code,
      });
    }
    const { stream } = await engine.getArchive(id, '/out/.');
    await unpackTo(stream, { folder, name: '', content: true, owners: false });
  });
}

async function emptyFolder(name: string, { uid, gid }: { uid: number; gid: number }): Promise<Readable> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  tar.entry({ name, type: 'directory', mode: 0o755, uid, gid });
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}
