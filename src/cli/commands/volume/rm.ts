import { planForget } from '../../../plan/snapshots.ts';
import { defineCommand } from '../../command.ts';
import { changeSnapshots } from '../../volume/run.ts';

/** `volume rm`: gives snapshots up before their time. */
export const volumeRm = defineCommand({
  name: 'volume rm',
  usage: 'SNAPSHOT...',
  summary: 'Remove snapshots for good',
  options: {},
  args: { min: 1 },
  examples: [['tscompose volume rm 3f9a', 'removes the snapshot whose id begins so']],
  graceful: true,
  plans: 'shown',
  run: ({ options: _, args, ...rest }) =>
    changeSnapshots({ args, ...rest }, 'volume rm', { sizes: false }, ({ target }, observed) =>
      planForget(target, observed, { words: args }),
    ),
});
