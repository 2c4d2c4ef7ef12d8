import { UserError } from '../diagnostic/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { Project } from '../model/project.ts';
import type { UpIntent } from '../plan/intent.ts';
import { keepReplaced } from '../revisions/images.ts';
import { contentOf, type Revision, type RevisionContent, revisionAt } from '../revisions/revision.ts';
import { currentImages, keepRevision, listRevisions } from '../revisions/store.ts';
import type { Context } from './session.ts';

/** Keeps what a project is after a successful command. An engine that does not let us is told of, and no failure. */
export async function keep(
  { terminal }: Pick<Context, 'terminal'>,
  engine: Engine,
  project: Project,
  command: string,
  intent: Pick<UpIntent, 'scale'> = {},
): Promise<void> {
  try {
    const looking = currentImages(engine, project.name);
    const make = async (before: RevisionContent | undefined) =>
      contentOf(project, await looking, before, intent.scale ?? {});
    await Promise.all([keepRevision(engine, project.name, command, make), looking]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    terminal.stderr.write(`warning: this revision could not be kept for rollbacks: ${why}\n`);
  }
}

/**
 * Keeps what names stand for, if a rollback needs it, before builds and pulls give them to other images. Where that
 * can't be done they go on. What is known of revisions is asked for once.
 */
export function imageKeeper(
  project: string,
): (engine: Engine, reference: string) => Promise<() => Promise<void>> {
  const known = new Map<Engine, Promise<readonly Revision[]>>();
  return async (engine, reference) => {
    const revisions = (): Promise<readonly Revision[]> => {
      const asked = known.get(engine) ?? listRevisions(engine, project);
      known.set(engine, asked);
      return asked;
    };
    try {
      return await keepReplaced(engine, project, reference, revisions);
    } catch {
      return async () => {};
    }
  };
}

/**
 * A revision by what the user typed: its number, or `-1` for the one before the newest.
 * @throws UserError if there is none
 */
export function pick(revisions: readonly Revision[], text: string | undefined, project: string): Revision {
  if (text !== undefined && !/^-?\d+$/.test(text)) {
    throw new UserError('usage', `invalid revision ${JSON.stringify(text)}`, {
      hint: 'a number, as in history',
    });
  }
  const found = revisionAt(revisions, Number(text ?? '-1'));
  if (found !== undefined) return found;
  const numbers = revisions.map(({ number }) => number);
  const known = numbers.length === 0 ? 'none is kept' : `there are ${numbers.join(', ')}`;
  const which = text === undefined ? 'no earlier revision' : `no revision ${text}`;
  throw new UserError('no-revision', `project "${project}" has ${which}: ${known}`, {
    hint: 'each successful up is kept; `tscompose history` lists them',
  });
}
