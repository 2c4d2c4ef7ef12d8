import { label } from '../../model/labels.ts';
import type { Project } from '../../model/project.ts';
import { isProtected, keepText, protectLabel } from '../../model/safety.ts';
import type { Observed, ObservedContainer } from '../../observe/observed.ts';
import type { PlanBuilder } from '../builder.ts';
import type { DownIntent } from '../intent.ts';
import type { DataLoss } from '../plan.ts';
import { formatSize } from '../size.ts';
import { anonymousLosses, lossOf } from './data-loss.ts';
import { keepTime, lossesOf, mayHoldData } from './snapshots.ts';

type Volume = Observed['volumes'][number];

/** The volumes that go with a project; warns of those that stay. @param remaining containers that stay */
export function volumesToRemove(
  builder: PlanBuilder,
  name: string,
  project: Project | undefined,
  { volumes }: Pick<Observed, 'volumes'>,
  remaining: readonly ObservedContainer[],
): readonly Volume[] {
  const wanted = new Map(Object.entries(project?.volumes ?? {}).map(([key, v]) => [v.name, { key, ...v }]));
  return volumes.filter((volume) => {
    const ours = volume.labels[label.project] === name;
    const model = wanted.get(volume.name);
    if (model?.external) return false;
    if (!ours) {
      if (model === undefined) return false;
      builder.warn(
        'volume-not-ours',
        `Volume ${volume.name} stays: it was not made for this project`,
        `remove it by hand, or say "external: true" for volume ${model.key}`,
      );
      return false;
    }
    if (project !== undefined && model === undefined) return false;
    const users = remaining.filter((c) =>
      c.mounts.some((m) => m.type === 'volume' && m.name === volume.name),
    );
    if (users.length > 0) {
      const who = users.map((c) => c.name).join(', ');
      builder.warn('volume-in-use', `Volume ${volume.name} stays: ${who} still uses it`);
      return false;
    }
    return true;
  });
}

/** Refuses to remove protected volumes: as the files say, or without files as the volumes and the last revision do. */
export function refuseProtected(
  builder: PlanBuilder,
  project: Project | undefined,
  volumes: readonly Volume[],
  { protectedVolumes = [] }: Pick<DownIntent, 'protectedVolumes'>,
): void {
  const models = Object.values(project?.volumes ?? {});
  for (const { name, labels } of volumes) {
    const model = models.find((one) => one.name === name);
    const kept =
      model === undefined
        ? labels[protectLabel] === 'true' || protectedVolumes.includes(name)
        : isProtected(model);
    if (!kept) continue;
    const hint =
      'without -v it stays; to give it up, take x-tscompose: {protect: true} out of the compose file';
    builder.refuse('volume-protected', `volume ${name} is protected: nothing was removed`, 5, hint);
  }
}

/** Asks before data goes. Who can't be asked has said so by the command line. */
export function askFor(
  builder: PlanBuilder,
  project: Project | undefined,
  observed: Observed,
  volumes: readonly Volume[],
  going: readonly ObservedContainer[],
  intent: DownIntent,
): void {
  const holding = volumes.filter((volume) => mayHoldData(observed, volume));
  const anonymous = going.flatMap((container) => anonymousLosses(observed, container));
  if (holding.length === 0 && anonymous.length === 0) return;
  const answer = intent.answers?.['remove-volumes'];
  if (answer === true) return;
  if (answer === false) {
    builder.refuse('declined', 'declined: nothing was removed', 130);
    return;
  }
  const times = holding.map((volume) => keepTime(project, volume, intent));
  const kept = holding.filter((_, i) => times[i]! > 0);
  const lost = [
    ...lossesOf(
      observed,
      holding.filter((_, i) => times[i] === 0),
    ),
    ...anonymous,
  ];
  const parts = [
    ...(kept.length > 0
      ? [
          `${list(kept.map(({ name }) => lossOf(observed, name)))}; a snapshot is kept for ${keepText(Math.min(...times.filter((t) => t > 0)))}`,
        ]
      : []),
    ...(lost.length > 0 ? [`${list(lost)}, for good`] : []),
  ];
  builder.ask({
    ...{ id: 'remove-volumes', fallback: false, unanswered: true },
    text: `This removes the data of ${parts.join('; and of ')}. Go on?`,
  });
}

function list(losses: readonly DataLoss[]): string {
  const texts = losses.map(({ volume, bytes }) => {
    const name = /^[0-9a-f]{64}$/.test(volume) ? `anonymous volume ${volume.slice(0, 12)}` : volume;
    return bytes === undefined ? name : `${name} (${formatSize(bytes)})`;
  });
  return texts.join(', ');
}
