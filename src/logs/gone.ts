import { EngineError } from '../diagnostic/errors.ts';

/** True for what engines say of a container that was removed, or is about to be. */
export function isGone(error: unknown): boolean {
  if (!(error instanceof EngineError)) return false;
  return error.kind === 'not-found' || /marked for removal/.test(error.message);
}
