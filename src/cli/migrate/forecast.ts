import type { Engine } from '../../engine/engine.ts';
import { formatBytes } from '../../util/bytes.ts';
import type { PlannedMove } from './plan.ts';
import type { MoveRecord } from './record.ts';

/** Bytes a second where no move has measured it yet: a busy disk, or a fast network. */
const assumedRate = 80e6;

/**
 * Bytes and times of a move that has not been made, as notes to its plan: by what earlier moves between the same engines
 * have measured, where there were any.
 */
export async function withForecast(
  { plan, intent }: PlannedMove,
  source: Engine,
  target: Engine,
  records: readonly MoveRecord[],
): Promise<PlannedMove['plan']> {
  const volumes = plan.nodes.flatMap(({ operation }) => {
    if (operation.kind === 'copy-volume') return operation.volume;
    const last = operation.kind === 'sync-volumes' && operation.phase === 'final';
    return last ? operation.pairs.map((pair) => pair.source) : [];
  });
  const images = plan.nodes.flatMap(({ operation }) =>
    operation.kind === 'copy-image' ? operation.image : [],
  );
  if (volumes.length + images.length === 0) return plan;
  const sizes = intent.facts?.sizes ?? new Map<string, number>();
  const weights = await Promise.all(images.map((image) => weightOf(source, image)));
  const data = sum(volumes.map((name) => Math.max(0, sizes.get(name) ?? 0)));
  const open = volumes.some((name) => !sizes.has(name));
  const known = measured(records, source, target);
  const rate = Math.min(known ?? assumedRate, intent.how?.bandwidth ?? Number.POSITIVE_INFINITY);
  const bytes = data + sum(weights);
  const parts = [
    ...(volumes.length > 0 ? [`${formatBytes(data)}${open ? ' or more' : ''} of data`] : []),
    ...(images.length > 0 ? [`at most ${formatBytes(sum(weights))} of images`] : []),
  ];
  const time = `about ${Math.ceil(bytes / rate)} s at ${formatBytes(rate)}/s (${known === undefined ? 'assumed' : 'as measured before'})`;
  const message = `${parts.join(' and ')} ${bytes === 0 ? 'move' : `move in ${time}`}; ${downtimeOf(intent, plan.project, data / rate, records)}`;
  const each = [
    ...volumes.map(
      (name) => `${name} ${sizes.has(name) ? formatBytes(sizes.get(name)!) : 'of unknown size'}`,
    ),
    ...images.map((name, i) => `image ${name} ${formatBytes(weights[i]!)}`),
  ];
  const warning = { code: 'forecast', message, hint: each.join(', ') };
  return { ...plan, warnings: [warning, ...plan.warnings] };
}

function downtimeOf(
  { how }: PlannedMove['intent'],
  project: string,
  seconds: number,
  records: readonly MoveRecord[],
): string {
  const last = records.findLast((one) => one.project === project && one.downtime !== undefined)?.downtime;
  const before = last === undefined ? '' : `; its last move took ${last.toFixed(1)} s of downtime`;
  if (how === undefined)
    return `nothing answers for the ${Math.ceil(seconds)} s of copying, stop and start${before}`;
  return `nothing answers while it stops, is copied for at most ${how.maxDowntimeMs / 1000} s, and starts${before}`;
}

/** What the latest move between two engines has measured, whichever way it went. */
function measured(records: readonly MoveRecord[], source: Engine, target: Engine): number | undefined {
  const places = [source.facts.address, target.facts.address].sort().join(' ');
  return records.findLast(
    ({ from, to, rate }) => rate !== undefined && [from.address, to.address].sort().join(' ') === places,
  )?.rate;
}

async function weightOf(engine: Engine, image: string): Promise<number> {
  const details = await engine.inspectImage(image).catch(() => undefined);
  return details?.size ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}
