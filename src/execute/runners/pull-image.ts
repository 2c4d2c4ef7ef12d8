import type { OperationOf } from '../../plan/operations.ts';
import { messageOf } from '../failure.ts';
import type { NodeContext, Outcome } from '../run.ts';
import { isPresent } from '../transfer/present.ts';
import { transfer } from '../transfer/registry.ts';

/** Pulls an image; the layers are told as parts of it. */
export async function pullImage(
  { image, platform, ifMissing, fallbackToBuild, fallbackToLocal }: OperationOf<'pull-image'>,
  context: NodeContext,
): Promise<Outcome> {
  const { engine, run, signal, tell, notice } = context;
  if (ifMissing && (await isPresent(engine, image, platform))) {
    tell('Done', 'Skipped', { details: 'Image is already present locally' });
    return { told: true, changed: false };
  }
  const replaced = await run.options.replacing?.(engine, image);
  try {
    await transfer(context, { image, parent: `Image ${image}`, text: 'Pulling' }, (options) =>
      engine.pullImage(image, { ...options, ...(platform !== undefined && { platform }) }),
    );
  } catch (error) {
    if (signal.aborted) throw error;
    const local = fallbackToLocal === true && (await isPresent(engine, image, platform));
    if (!fallbackToBuild && !local) throw error;
    tell('Warning', 'Warning', { details: messageOf(error) });
    if (local) {
      notice('warning', `${image} could not be pulled; the image that is there is used`);
    }
    return { told: true, changed: false };
  } finally {
    await replaced?.();
  }
  run.forgetImage(engine, image);
  run.options.onPulled?.(engine, image);
  return {};
}
