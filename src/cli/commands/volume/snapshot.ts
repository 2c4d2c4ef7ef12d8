import { planSnapshot } from '../../../plan/snapshots.ts';
import { defineCommand } from '../../command.ts';
import { keepOptions, keepWish } from '../../volume/keep.ts';
import { changeSnapshots } from '../../volume/run.ts';
import { timeout, timeoutOf } from '../options.ts';

/** `volume snapshot`: keeps volumes as they are now. */
export const volumeSnapshot = defineCommand({
  name: 'volume snapshot',
  usage: '[OPTIONS] [VOLUME...]',
  summary: 'Keep a snapshot of volumes as they are now; what uses them is paused meanwhile',
  options: {
    keep: {
      ...keepOptions['keep-snapshot'],
      summary: 'How long it is kept, for example 30d (default: as the files say, or 7d)',
    },
    stop: { type: 'boolean', summary: 'Stop what uses them, and start it again, in place of a pause' },
    timeout,
  },
  examples: [
    ['tscompose volume snapshot', "keeps all the project's volumes"],
    ['tscompose volume snapshot --stop --keep 30d data', 'keeps one that a service has closed, for longer'],
  ],
  graceful: true,
  plans: 'shown',
  run: ({ options, args, ...rest }) =>
    changeSnapshots(
      { args, ...rest },
      'volume snapshot',
      options.stop ? { atomic: true } : {},
      ({ target, environment }, observed) =>
        planSnapshot(target, observed, {
          ...{ command: 'volume snapshot', volumes: args, ...timeoutOf(options) },
          ...(options.stop && { stop: true }),
          ...keepWish({ 'keep-snapshot': options.keep, 'no-snapshot': undefined }, environment),
        }),
    ),
});
