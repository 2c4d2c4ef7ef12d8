import { again } from '../again.ts';
import type { BuildRequest } from '../build-request.ts';

const gone = /layer not known|image not known|identifier is not an image/;

/**
 * Podman's builds that run side by side look at all images for a cached step, and fail if another build takes one away
 * meanwhile: then it is built again, a few times. Not from a context that can be read only once.
 */
export function rebuilding(
  { context, signal }: Pick<BuildRequest, 'context' | 'signal'>,
  build: () => Promise<string>,
): Promise<string> {
  const isRepeatable = typeof context === 'string' || 'tree' in context;
  const passes = ({ message }: Error): boolean =>
    isRepeatable && gone.test(message) && signal?.aborted !== true;
  return again(build, passes, { times: 4 });
}
