import { EngineError } from '../diagnostic/errors.ts';

/** True for what engines say of a container whose logging driver keeps nothing that could be read. */
export function isUnreadable(error: unknown): error is EngineError {
  return error instanceof EngineError && /does not support reading|cannot read logs/.test(error.message);
}
