import { UserError } from '../../diagnostic/errors.ts';
import { keepSeconds } from '../../model/safety.ts';
import type { Options, OptionValues } from '../command.ts';

/** Options of commands that remove volumes. */
export const keepOptions = {
  'keep-snapshot': {
    type: 'string',
    placeholder: 'duration',
    summary:
      'How long snapshots of removed volumes are kept, for example 30d (default: as the files say, or 7d)',
  },
  'no-snapshot': { type: 'boolean', summary: 'Take no snapshot of volumes that are removed' },
} as const satisfies Options;

/**
 * What the command line, or else TSCOMPOSE_SNAPSHOTS, says about snapshots.
 * @throws UserError if it makes no sense
 */
export function keepWish(
  options: OptionValues<typeof keepOptions>,
  environment: Readonly<Record<string, string>>,
): { keepSeconds?: number } {
  const given = options['keep-snapshot'];
  if (options['no-snapshot']) {
    if (given === undefined) return { keepSeconds: 0 };
    throw new UserError('usage', '--no-snapshot and --keep-snapshot are incompatible', {
      hint: 'leave one of them out',
    });
  }
  const text = given ?? environment['TSCOMPOSE_SNAPSHOTS'] ?? '';
  if (text === '') return {};
  const seconds = keepSeconds(text);
  if (seconds !== undefined) return { keepSeconds: seconds };
  const where = given === undefined ? 'TSCOMPOSE_SNAPSHOTS' : '--keep-snapshot';
  throw new UserError('usage', `${where}: ${JSON.stringify(text)} is no time`, {
    hint: 'a time such as 7d or 12h, or never',
  });
}
