import { exitCode } from '../diagnostic/errors.ts';
import type { Plan, PlanNode } from '../plan/plan.ts';
import { anyOf, isCancellation } from './cancel.ts';
import { type Dossier, dossierOf } from './dossier.ts';
import { messageOf } from './failure.ts';
import { openRun } from './open-run.ts';
import { runOperation } from './operations.ts';
import type { ExecuteOptions } from './options.ts';
import { withProviderEdges } from './provider/edges.ts';
import type { ExecutionResult, NodeFailure, NodeTiming } from './result.ts';
import { exitOfAll, PutBack } from './rolling/put-back.ts';
import { tellDeaf } from './stop/deaf.ts';
import { openTelling, type Telling } from './telling.ts';
import { isTransfer, isWaiting } from './waiting.ts';
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
  /** Of containers that are gone when their failure is told. */
  const known = new Map<number, Promise<Dossier | undefined>>();
  let changed = false;
  const leads = new Set(nodes.flatMap((node) => node.after));

  /** A wait that nothing comes after has no point once something failed. */
  const signalFor = (node: PlanNode): AbortSignal => {
    if (isTransfer(node)) return stopWaits;
    if (!isWaiting(node)) return giveUpCalls;
    return leads.has(node.id) ? stopWaits : stopPointless;
  };
  const fail = async (node: PlanNode, error: unknown): Promise<void> => {
    const message = messageOf(error);
    telling.failed(node, message, since() - starts.get(node.id)!);
    if (node.optional) return;
    const undone = run.rolls.find(node.id) === undefined ? {} : ({ undone: true } as const);
    const place = failures.push({ node, error, message, ...undone }) - 1;
    const dossier = await (known.get(node.id) ?? dossierOf(run, node, error).catch(() => undefined));
    if (dossier !== undefined) failures[place] = { ...failures[place]!, dossier };
    if (undone.undone === undefined) pointless.abort();
  };

  const work = async (node: PlanNode, until: AbortSignal, tell: Telling): Promise<void> => {
    const began = since();
    const outcome = await runOperation(run, node, until, tell);
    if (outcome.created !== undefined) run.created.set(node.id, outcome.created);
    if (outcome.changed !== false) changed = true;
    if (outcome.told !== true) tell.done(node, since() - began);
  };
  const putBack = new PutBack({
    ...{ run, telling, journal, kill: giveUpCalls },
    work: (node, tell) => work(node, giveUpCalls, tell),
  });

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
      try {
        await work(node, signalFor(node), telling);
      } catch (error) {
        const step = run.rolls.find(node.id);
        if (step !== undefined && !isCancellation(error)) {
          known.set(node.id, Promise.resolve(await dossierOf(run, node, error).catch(() => undefined)));
          await putBack.replacement(step.roll, step.replacement, messageOf(error));
        }
        throw error;
      }
    },
    ended: (node, end, error) => {
      run.rolls.ended(node, end);
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
  const interrupted = signal.aborted || kill.aborted;
  if (interrupted) await putBack.open();
  else failures.splice(0, failures.length, ...(await putBack.rollBack(failures)));
  for (const carrier of run.carriers.values()) await carrier.then((pairs) => pairs.close()).catch(() => {});
  giveUp.abort();
  tellDeaf(run, telling);

  const code = interrupted ? exitCode.interrupted : exitOfAll(failures);
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
