import { exitCode } from '../diagnostic/errors.ts';
import type { Plan, PlanNode } from '../plan/plan.ts';
import { anyOf, isCancellation } from './cancel.ts';
import { dossierOf } from './dossier.ts';
import { exitOf, messageOf } from './failure.ts';
import { openRun } from './open-run.ts';
import { runOperation } from './operations.ts';
import type { ExecuteOptions } from './options.ts';
import { withProviderEdges } from './provider/edges.ts';
import type { ExecutionResult, NodeFailure, NodeTiming } from './result.ts';
import { tellDeaf } from './stop/deaf.ts';
import { openTelling } from './telling.ts';
import { walk } from './walk.ts';

const idle = new AbortController().signal;

/**
 * Executes a plan: everything at once that its order allows. A failure stops what comes after it, the
 * rest goes on. Never rejects for what an engine does: failures are in the result.
 */
export async function execute(plan: Plan, options: ExecuteOptions): Promise<ExecutionResult> {
  const { signal, kill = idle, journal } = options;
  const began = performance.now();
  const since = () => Math.round((performance.now() - began) * 10) / 10;
  const nodes = withProviderEdges(plan.nodes);
  const giveUp = new AbortController();
  const pointless = new AbortController();
  const stopWaits = anyOf(signal, kill, giveUp.signal);
  const stopPointless = anyOf(stopWaits, pointless.signal);
  const giveUpCalls = anyOf(kill);
  const run = openRun(plan, options, stopWaits);
  const telling = openTelling(plan, nodes, options.emit);
  const starts = new Map<number, number>();
  const timings = new Map<number, NodeTiming>();
  const failures: NodeFailure[] = [];
  let changed = false;
  const leads = new Set(nodes.flatMap((node) => node.after));

  /** A wait that nothing comes after has no point once something failed. */
  const signalFor = (node: PlanNode): AbortSignal => {
    if (node.operation.kind !== 'wait-container') return giveUpCalls;
    return leads.has(node.id) ? stopWaits : stopPointless;
  };
  const fail = async (node: PlanNode, error: unknown): Promise<void> => {
    const message = messageOf(error);
    telling.failed(node, message, since() - starts.get(node.id)!);
    if (node.optional) return;
    const place = failures.push({ node, error, message }) - 1;
    const dossier = await dossierOf(run, node, error).catch(() => undefined);
    if (dossier !== undefined) failures[place] = { node, error, message, dossier };
    pointless.abort();
  };

  journal?.begin(plan);
  telling.unchanged();
  const dossiers: Promise<void>[] = [];
  await walk(nodes, {
    limit:
      options.parallel !== undefined && options.parallel > 0 ? options.parallel : Number.POSITIVE_INFINITY,
    signal: anyOf(signal, kill),
    isCancellation,
    order: options.order,
    run: async (node) => {
      starts.set(node.id, since());
      journal?.node(node, 'begin');
      telling.begins(node);
      const outcome = await runOperation(run, node, signalFor(node), telling);
      if (outcome.created !== undefined) run.created.set(node.id, outcome.created);
      if (outcome.changed !== false) changed = true;
      if (outcome.told !== true) telling.done(node, since() - starts.get(node.id)!);
    },
    ended: (node, end, error) => {
      const started = starts.get(node.id);
      timings.set(node.id, {
        ...{ node: node.id, end },
        ...(started !== undefined && { started, ended: since() }),
      });
      const created = run.created.get(node.id);
      journal?.node(node, end, {
        ...(created !== undefined && { created }),
        ...(end === 'failed' && { error: messageOf(error) }),
      });
      if (end === 'failed') dossiers.push(fail(node, error));
    },
  });
  await Promise.all(dossiers);
  giveUp.abort();
  tellDeaf(run, telling);

  const interrupted = signal.aborted || kill.aborted;
  const code = interrupted ? exitCode.interrupted : failures[0] === undefined ? 0 : exitOf(failures[0].error);
  const ends = [...timings.values()];
  telling.summary({
    changed,
    done: ends.filter((t) => t.end === 'done').length,
    failed: failures.length,
    skipped: ends.filter((t) => t.end === 'skipped' || t.end === 'cancelled').length,
    milliseconds: since(),
    exitCode: code,
  });
  journal?.end(code);
  return {
    exitCode: code,
    failures,
    timings: plan.nodes.map((node) => timings.get(node.id)!),
    created: run.created,
    changed,
    interrupted,
    milliseconds: since(),
  };
}
