import { EngineError } from '../../diagnostic/errors.ts';
import type { BuildRequest } from '../build-request.ts';

const gone = /layer not known|image not known|identifier is not an image/;

/**
 * Podman's builds that run side by side look at all images for a cached step, and fail if another build takes one away
 * meanwhile: then it is built again, a few times. Not from a context that can be read only once.
 */
export async function rebuilding(
  request: Pick<BuildRequest, 'context' | 'signal'>,
  build: () => Promise<string>,
  times = 4,
): Promise<string> {
  try {
    return await build();
  } catch (error) {
    const { context, signal } = request;
    const again = typeof context === 'string' || 'tree' in context;
    const passing = error instanceof EngineError && gone.test(error.message);
    if (!again || !passing || times <= 1 || signal?.aborted === true) throw error;
    return await rebuilding(request, build, times - 1);
  }
}
