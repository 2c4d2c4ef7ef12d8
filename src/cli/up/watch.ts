import { UserError } from '../../diagnostic/errors.ts';

/** Files can't be followed yet. */
export function watchUnsupported(): UserError {
  return new UserError('unsupported', 'watch is not supported yet', {
    hint: 'tscompose up --build applies changes once',
  });
}
