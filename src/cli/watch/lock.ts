import { UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { holderText, type Lock, lockProject } from '../../execute/record/lock.ts';
import type { Context } from '../session.ts';
import { stateOf } from '../state.ts';

/** One `watch` at a time for a project. @throws UserError if there is one */
export async function lockWatch(context: Context, engine: Engine, project: string): Promise<Lock> {
  const { folder: stateFolder, command } = stateOf(context, 'watch');
  return await lockProject({
    ...{ stateFolder, command, engine: engine.facts.address, signal: context.signal },
    // No project has such a name: what changes the project has a lock of its own.
    project: `${project} watch`,
    waiting: (holder) => {
      const message = `cannot take exclusive lock for project "${project}": ${holderText(holder)} watches it`;
      throw new UserError('locked', message, { hint: 'end that one first' });
    },
  });
}
