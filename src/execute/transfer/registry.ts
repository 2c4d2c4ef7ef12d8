import type { PullOptions, TransferProgress } from '../../engine/images.ts';
import { messageOf } from '../failure.ts';
import type { NodeContext } from '../run.ts';
import { withRetries } from './retry.ts';

const defaultRetries = 3;

/** What engines call a layer that needs no more work. */
const finished = new Set(['Pull complete', 'Already exists', 'Pushed', 'Layer already exists']);

/** Moves an image to or from its registry: with the login, again after disturbances, its layers told as parts. */
export async function transfer(
  { run, signal, tell }: NodeContext,
  { image, parent, text }: { readonly image: string; readonly parent: string; readonly text: string },
  move: (options: PullOptions) => Promise<void>,
): Promise<void> {
  const auth = await run.options.registryAuth?.(image);
  const onProgress = ({ id, status, current, total }: TransferProgress): void => {
    // What has no id, or is a tag or digest, is about the whole image.
    if (id === '' || status.startsWith('Pulling from') || status.startsWith('The push refers')) return;
    tell(finished.has(status) ? 'Done' : 'Working', status, {
      ...{ id, parentId: parent },
      ...(current !== undefined && { current }),
      ...(total !== undefined && { total }),
      ...(current !== undefined && total && { percent: Math.floor((100 * current) / total) }),
    });
  };
  await withRetries(() => move({ ...(auth !== undefined && { auth }), signal, onProgress }), {
    retries: run.options.transferRetries ?? defaultRetries,
    signal,
    pause: async () => run.options.registryPause?.(image),
    onRetry: (error, milliseconds, attempt) => {
      const seconds = (milliseconds / 1000).toFixed(1);
      tell('Working', `${text} again`, {
        details: `in ${seconds}s, try ${attempt + 1}: ${messageOf(error)}`,
      });
    },
  });
}
