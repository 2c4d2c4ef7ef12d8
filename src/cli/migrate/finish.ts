import { sweepHelpers } from '../../data/container.ts';
import { exitCode, UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { moveLabel } from '../../model/labels.ts';
import type { Project } from '../../model/project.ts';
import { observe } from '../../observe/collect.ts';
import type { Observed } from '../../observe/observed.ts';
import { refuse } from '../../pipeline.ts';
import { planMoveEnd } from '../../plan/migrate-back.ts';
import { forgetRevisions } from '../../revisions/store.ts';
import { type MoveRecord, writeRecord } from './record.ts';
import type { Stage } from './run.ts';

/** True if what the source was moved to is not there: then the source is all that is left. */
function isGone({ containers, volumes, copies = volumes }: MoveRecord, there: Observed): boolean {
  if (containers.length > 0) return there.containers.length === 0;
  return !copies.every((name) => there.volumes.some((volume) => volume.name === name));
}

/** A network with a name of its own is used under both names of the project. */
function withoutShared(here: Observed, there: Observed): Observed {
  const used = new Set(there.containers.flatMap(({ networks }) => Object.keys(networks)));
  return { ...here, networks: here.networks.filter(({ name }) => !used.has(name)) };
}

/** `--finish`: what the move has left on the source goes. @returns 0, or the code of what failed */
export async function finishMove(
  stage: Stage,
  record: MoveRecord,
  project: Project | undefined,
): Promise<number> {
  const { id, phase } = record;
  if (phase === 'finished') {
    stage.say('info', `${id} is finished already`);
    return exitCode.done;
  }
  if (phase !== 'committed') {
    throw new UserError('move-open', `${id} has not succeeded: it is at "${phase}"`, {
      hint: `--resume ${id} goes on, --abort ${id} takes it back`,
      exit: exitCode.refused,
    });
  }
  const [source, target] = stage.engines as readonly [Engine, Engine];
  const [here, there, marks] = await Promise.all([
    observe(source, { name: record.project }),
    observe(target, { name: record.as ?? record.project }),
    source.listVolumes({ labels: [`${moveLabel}=${id}`] }),
  ]);
  if (isGone(record, there)) {
    const name = record.as ?? record.project;
    throw new UserError('target-empty', `${target.name} holds nothing of ${name} any more`, {
      hint: 'the source is the only copy that is left: it stays',
      exit: exitCode.wouldDestroyData,
    });
  }
  const plan = planMoveEnd(
    { ...record, marks: marks.map(({ name }) => name).filter((name) => name.startsWith('tscompose-moved-')) },
    project,
    record.as === undefined ? here : withoutShared(here, there),
  );
  refuse(plan);
  await sweepHelpers(source, [`${moveLabel}=${id}`]);
  const { exitCode: code } = await stage.run(plan, stage.context.signal);
  if (code !== 0) return code;
  // A part of the group may have stayed, and can be rolled back.
  const moved = new Set(record.containers.map((container) => container.id));
  if (here.containers.every((container) => moved.has(container.id))) {
    await forgetRevisions(source, record.project);
  }
  writeRecord(stage.stateFolder, { ...record, phase: 'finished' });
  stage.say('info', `nothing of ${record.project} is left on ${source.name}`);
  return exitCode.done;
}
