import type { OperationOf } from '../../plan/operations.ts';
import { messageOf } from '../failure.ts';
import type { NodeContext, Outcome } from '../run.ts';

/** Pulls an image; the layers are told as parts of it. */
export async function pullImage(
  { image, platform, ifMissing, fallbackToBuild }: OperationOf<'pull-image'>,
  { engine, run, signal, tell }: NodeContext,
): Promise<Outcome> {
  if (ifMissing && (await engine.inspectImage(image)) !== undefined) {
    tell('Done', 'Skipped', { details: 'Image is already present locally' });
    return { told: true, changed: false };
  }
  const parent = `Image ${image}`;
  const auth = await run.options.registryAuth?.(image);
  try {
    await engine.pullImage(image, {
      ...(platform !== undefined && { platform }),
      ...(auth !== undefined && { auth }),
      signal,
      onProgress: ({ id, status, current, total }) => {
        if (id === '') return;
        const done = status === 'Pull complete' || status === 'Already exists';
        tell(done ? 'Done' : 'Working', status, {
          ...{ id, parentId: parent },
          ...(current !== undefined && { current }),
          ...(total !== undefined && { total }),
          ...(current !== undefined && total && { percent: Math.floor((100 * current) / total) }),
        });
      },
    });
  } catch (error) {
    if (!fallbackToBuild || signal.aborted) throw error;
    tell('Warning', 'Warning', { details: messageOf(error) });
    return { told: true, changed: false };
  }
  run.forgetImage(engine, image);
  return {};
}
