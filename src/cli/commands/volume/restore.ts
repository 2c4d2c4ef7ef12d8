import { planRestore } from '../../../plan/snapshots.ts';
import { defineCommand } from '../../command.ts';
import { keepWish } from '../../volume/keep.ts';
import { changeSnapshots } from '../../volume/run.ts';

const force = {
  short: 'f',
  type: 'boolean',
  summary: 'Overwrite what volumes hold now; a snapshot of that is kept',
} as const;

const nothingSaid = { 'keep-snapshot': undefined, 'no-snapshot': undefined };

/** `volume restore`: puts the content of snapshots back. */
export const volumeRestore = defineCommand({
  name: 'volume restore',
  usage: '[OPTIONS] SNAPSHOT|VOLUME...',
  summary: 'Put the content of snapshots back into their volumes; a volume means its latest snapshot',
  options: { force },
  args: { min: 1 },
  examples: [
    ['tscompose volume restore data', 'puts the latest snapshot of a volume back'],
    ['tscompose volume restore --force 3f9a', 'puts that snapshot back, whatever is there now'],
  ],
  graceful: true,
  plans: 'shown',
  run: ({ options, args, ...rest }) =>
    changeSnapshots({ args, ...rest }, 'volume restore', {}, (ready, observed) =>
      planRestore(ready.target, observed, {
        ...{ command: 'volume restore', words: args, protectedVolumes: ready.protectedVolumes },
        ...(options.force && { force: true }),
        ...keepWish(nothingSaid, ready.environment),
      }),
    ),
});

/** `volume undo`: puts back what the last command has taken away. */
export const volumeUndo = defineCommand({
  name: 'volume undo',
  usage: '[OPTIONS] [VOLUME...]',
  summary: 'Put back what the last down --volumes, or the last change of a volume, has taken away',
  options: { force },
  examples: [['tscompose volume undo', 'makes the volumes of the last `down -v` again, with their data']],
  graceful: true,
  plans: 'shown',
  run: ({ options, args, ...rest }) =>
    changeSnapshots({ args, ...rest }, 'volume undo', {}, (ready, observed) =>
      planRestore(ready.target, observed, {
        ...{ command: 'volume undo', words: args, protectedVolumes: ready.protectedVolumes },
        ...(options.force && { force: true }),
        ...keepWish(nothingSaid, ready.environment),
      }),
    ),
});
