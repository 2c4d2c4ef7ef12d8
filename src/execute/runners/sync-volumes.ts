import { openPairs, type Pass, type VolumePairs } from '../../data/pair.ts';
import { UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { moveLabel } from '../../model/labels.ts';
import type { OperationOf } from '../../plan/operations.ts';
import { formatBytes } from '../../util/bytes.ts';
import type { NodeContext, Outcome } from '../run.ts';
import { progressOf } from '../transfer/counted.ts';
import { shortName } from '../words.ts';

/** Passes over the volumes: live ones until the last would be short enough, the final one when nobody writes. */
export async function syncVolumes(
  operation: OperationOf<'sync-volumes'>,
  context: NodeContext,
): Promise<Outcome> {
  const source = context.engineNamed(operation.from);
  if (operation.phase === 'final') await refuseWriters(source, operation);
  const carrier = await carrierFor(operation, context);
  const passes =
    operation.phase === 'final'
      ? [await onePass(carrier, operation, context)]
      : await livePasses(carrier, operation, context);
  const bytes = passes.reduce((sum, { sent }) => sum + sent.bytes, 0);
  const last = passes.at(-1)!;
  const seconds = passes.reduce((sum, one) => sum + one.seconds, 0);
  const words =
    passes.length === 1 ? '' : ` in ${passes.length} passes, the last ${last.seconds.toFixed(1)} s`;
  context.tell('Done', 'Copied', {
    details: `${last.sent.entries} entries, ${formatBytes(bytes)} in ${seconds.toFixed(1)} s${words}`,
    ...{ current: bytes, total: bytes },
  });
  return { told: true };
}

/** Compares both sides of all volumes; nothing starts before they are the same. */
export async function proveVolumes(
  operation: OperationOf<'prove-volumes'>,
  context: NodeContext,
): Promise<Outcome> {
  const carrier = await carrierFor(operation, context);
  const { verify } = operation.how;
  const found = await carrier.prove({ contents: verify !== 'meta', all: verify === 'full' });
  const details = found.map(
    ({ digest, entries, bytes }, i) =>
      `${shortName(carrier.pairs[i]!.target)}: ${entries} entries, ${formatBytes(bytes)}, sha256 ${digest.slice(0, 16)}`,
  );
  context.tell('Done', 'Verified', { details: details.join('; ') });
  return { told: true, changed: false };
}

type SyncOperation = OperationOf<'sync-volumes'> | OperationOf<'prove-volumes'>;

/** The helpers of a plan's passes: opened at first use, the same for all of them. */
function carrierFor({ from, pairs, how }: SyncOperation, context: NodeContext): Promise<VolumePairs> {
  const { run, engine } = context;
  const key = [from, engine.name, ...pairs.map(({ source, target }) => `${source} ${target}`)].join('\n');
  const known = run.carriers.get(key);
  if (known !== undefined) return known;
  const opening = open({ from, pairs, how }, context);
  run.carriers.set(key, opening);
  opening.catch(() => run.carriers.delete(key));
  return opening;
}

async function open(
  { from, pairs, how }: Pick<SyncOperation, 'from' | 'pairs' | 'how'>,
  { engine, engineNamed, notice }: NodeContext,
): Promise<VolumePairs> {
  const carrier = await openPairs(engineNamed(from), engine, pairs, {
    ...{ data: how.data, labels: { [moveLabel]: how.id } },
    notice: (message) => notice('info', message),
  });
  try {
    await refuseFull(carrier, engine);
  } catch (error) {
    await carrier.close();
    throw error;
  }
  return carrier;
}

/** @throws UserError if the target's disk has no room for what is to come */
async function refuseFull(carrier: VolumePairs, engine: Engine): Promise<void> {
  const { source, target } = await carrier.stat();
  const used = (stats: readonly { used: number }[]) => stats.reduce((sum, one) => sum + one.used, 0);
  const needed = used(source) - used(target);
  const free = Math.min(...target.map((one) => one.free));
  if (needed <= free) return;
  const message = `the volumes need ${formatBytes(needed)} on ${engine.name}, which has ${formatBytes(free)} free`;
  throw new UserError('no-space', message, { hint: 'make room there; nothing was changed on the source' });
}

/** @throws UserError if a container that runs has one of the volumes: a copy of it would be of two minds */
async function refuseWriters(source: Engine, { pairs }: SyncOperation): Promise<void> {
  const everyone = await source.listContainers({ all: true });
  for (const { source: volume } of pairs) {
    const users = everyone.filter(({ mounts }) =>
      mounts.some((mount) => (mount.type === 'bind' ? mount.source : mount.name) === volume),
    );
    const alive = users.filter(
      ({ state, labels }) => ['running', 'paused', 'restarting'].includes(state) && !(moveLabel in labels),
    );
    if (alive.length === 0) continue;
    const names = alive.map(({ name }) => name).join(', ');
    throw new UserError('volume-in-use', `volume ${volume} is still used on ${source.name} by ${names}`, {
      hint: 'stop what uses it there, and try again',
    });
  }
}

function onePass(
  carrier: VolumePairs,
  { phase, how }: OperationOf<'sync-volumes'>,
  { tell }: NodeContext,
  number = 0,
): Promise<Pass> {
  const final = phase === 'final';
  return carrier.pass({
    ...{ final, contents: how.verify !== 'meta', compress: how.compress },
    ...(!final && how.bandwidth !== undefined && { limit: how.bandwidth }),
    progress: ({ bytes, total }) =>
      tell('Working', number > 1 ? `Copying, pass ${number}` : 'Copying', progressOf(bytes, total)),
  });
}

/** A pass that is not shorter than half of the one before, twice, says that more passes won't help. */
const patience = 2;

async function livePasses(
  carrier: VolumePairs,
  operation: OperationOf<'sync-volumes'>,
  context: NodeContext,
): Promise<Pass[]> {
  const { maxDowntimeMs, onExceed, passes: wanted } = operation.how;
  const passes: Pass[] = [];
  for (let stuck = 0; ; ) {
    const one = await onePass(carrier, operation, context, passes.length + 1);
    const before = passes.at(-1);
    passes.push(one);
    if (wanted !== undefined) {
      if (passes.length >= wanted) return passes;
      continue;
    }
    // The next pass has to carry what changes during this one, or less.
    const short = one.seconds * 1000 <= maxDowntimeMs;
    if (short && (passes.length > 1 || one.sent.bytes === 0)) return passes;
    if (before === undefined) continue;
    stuck = one.seconds > before.seconds / 2 ? stuck + 1 : 0;
    if (stuck < patience) continue;
    const message = `the data changes faster than it moves: the last pass took ${one.seconds.toFixed(1)} s, which is what the stop would take`;
    if (onExceed === 'abort') {
      throw new UserError('downtime', message, {
        hint: `allow it with --max-downtime ${Math.ceil(one.seconds)}s or --on-exceed go`,
      });
    }
    context.notice('warning', message);
    return passes;
  }
}
