import { UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { OperationOf } from '../../plan/operations.ts';
import { formatBytes } from '../../util/bytes.ts';
import type { NodeContext, Outcome } from '../run.ts';
import { counted } from '../transfer/counted.ts';
import { helperImages } from '../transfer/helper-image.ts';
import { differences, digested, type Manifest, manifestOf } from '../transfer/manifest.ts';
import { openVolume } from '../transfer/volume-reader.ts';

/** Copies a volume's data from another engine, with owners, modes and times, and remembers its digests. */
export async function copyVolume(
  { volume, from }: OperationOf<'copy-volume'>,
  context: NodeContext,
): Promise<Outcome> {
  const { engine, run, tell } = context;
  const source = context.engineNamed(from);
  const manifest = await withVolume(source, volume, context, (reader) =>
    withVolume(engine, volume, context, async (writer) => {
      const { stream, manifest: read } = await digested(counted(await reader.read(), context));
      await writer.write(stream);
      return read;
    }),
  );
  run.manifests.set(key(from, volume), manifest);
  tell('Done', 'Copied', { details: amount(manifest), current: manifest.bytes, total: manifest.bytes });
  return { told: true };
}

/** Reads the copy back and compares it, path by path, with what was read from the source. */
export async function verifyVolume(
  { volume, from }: OperationOf<'verify-volume'>,
  context: NodeContext,
): Promise<Outcome> {
  const { engine, run, tell } = context;
  const wanted =
    run.manifests.get(key(from, volume)) ?? (await read(context.engineNamed(from), volume, context));
  const found = differences(wanted, await read(engine, volume, context));
  if (found.length > 0) {
    const more = found.length > 5 ? ` and ${found.length - 5} more` : '';
    throw new UserError(
      'volume-differs',
      `volume ${volume} is not the same on ${engine.name}: ${found.slice(0, 5).join(', ')}${more}`,
      {
        hint: `the data on ${from} is untouched; see that nothing writes to the volume, remove the copy, and try again`,
      },
    );
  }
  tell('Done', 'Verified', { details: amount(wanted) });
  return { told: true, changed: false };
}

function amount({ entries, bytes }: Manifest): string {
  return `${entries.size} entries, ${formatBytes(bytes)}`;
}

function key(engine: string, volume: string): string {
  return `${engine}\n${volume}`;
}

function read(engine: Engine, volume: string, context: NodeContext): Promise<Manifest> {
  return withVolume(engine, volume, context, async (helper) => manifestOf(await helper.read()));
}

async function withVolume<T>(
  engine: Engine,
  volume: string,
  context: NodeContext,
  work: (helper: Awaited<ReturnType<typeof openVolume>>) => Promise<T>,
): Promise<T> {
  const helper = await openVolume(engine, volume, await helperImages(engine, volume, context));
  try {
    return await work(helper);
  } finally {
    await helper.close();
  }
}
