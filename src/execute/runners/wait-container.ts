import { EngineError, exitCode, UserError } from '../../diagnostic/errors.ts';
import type { ContainerDetails } from '../../engine/engine.ts';
import type { OperationOf } from '../../plan/operations.ts';
import { anyOf, sleep, throwIfCancelled } from '../cancel.ts';
import type { NodeContext, Outcome } from '../run.ts';
import { hasCheck, type Verdict, verdict } from '../wait/conditions.ts';
import { type Probe, probeCommand, probeUntilHealthy } from '../wait/eager.ts';
import { ProbeTelling } from '../wait/telling.ts';

/** Looks at a container that has died by its event, but still runs by its state (Podman sets it later). */
const stillRunning = 50;

type Wait = OperationOf<'wait-container'>;

/** Waits until a container meets a condition; fails at once when it no longer can. */
export async function waitContainer(operation: Wait, context: NodeContext): Promise<Outcome> {
  const { until, timeoutMs } = operation;
  const over = new AbortController();
  const late = new AbortController();
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => late.abort(), timeoutMs);
  const signal = anyOf(context.signal, over.signal, late.signal);
  try {
    const met = await settled(operation, { ...context, signal });
    if (met.kind === 'met') {
      context.tell('Done', met.word);
      return { told: true, changed: false };
    }
    if (met.kind === 'hopeless') throw hopeless(operation, context, met.message);
    throw new Error('unreachable: a wait ended without a verdict');
  } catch (error) {
    if (!late.signal.aborted || context.signal.aborted) throw error;
    const what = until === 'completed' ? 'ended' : until === 'running' ? 'running' : 'ready';
    throw new UserError(
      'wait-timeout',
      `container ${operation.container.name} is not ${what} after ${timeoutMs! / 1000} s`,
      { exit: exitCode.timeout, hint: 'allow more time, or see its logs for what it does' },
    );
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** The first verdict that is not "wait": the engine's own, or that of our probes. */
async function settled(operation: Wait, context: NodeContext): Promise<Verdict> {
  const { engine, run, signal, idOf } = context;
  const id = idOf(operation.container);
  const health = run.options.health ?? 'eager';
  let passed: (() => void) | undefined;
  const byProbe = new Promise<Verdict>((resolve) => {
    passed = () => resolve({ kind: 'met', word: 'Healthy' });
  });
  const telling = new ProbeTelling(context);
  let probing = false;
  const startProbing = async (details: ContainerDetails): Promise<void> => {
    const check = details.body.Healthcheck!;
    const command = probeCommand(check, await shellOf(context, details));
    if (command === undefined) return;
    const failed = (probe: Probe, count: number) => telling.own(probe, count);
    await probeUntilHealthy(engine, id, command, check, signal, failed);
    passed?.();
  };
  const watch = run.watch(engine);
  const byEngine = watch.until(id, signal, async (seen) => {
    // Event and list say when to look; what counts is one full look.
    if (seen?.gone)
      return { kind: 'hopeless', message: `container ${operation.container.name} was removed` } as const;
    let details = await inspect(context, id, operation);
    for (let tries = 0; watch.state(id)?.died && details.state.running && tries < stillRunning; tries++) {
      await sleep(20, signal);
      details = await inspect(context, id, operation);
    }
    const found = verdict(operation.until, details);
    if (found.kind !== 'wait') return found;
    const wantsHealth = operation.until === 'healthy' || operation.until === 'ready';
    if (wantsHealth && !probing && details.state.running && hasCheck(details)) {
      probing = true;
      telling.follow(id).catch(() => {});
      if (health === 'eager') startProbing(details).catch(() => {});
    }
    return undefined;
  });
  return Promise.race([byEngine, byProbe]);
}

async function inspect(
  { engine, signal }: NodeContext,
  id: string,
  operation: Wait,
): Promise<ContainerDetails> {
  throwIfCancelled(signal);
  try {
    return await engine.inspectContainer(id);
  } catch (error) {
    if (!(error instanceof EngineError) || error.kind !== 'not-found') throw error;
    throw new UserError(
      'container-gone',
      `container ${operation.container.name} was removed while it was waited for`,
      {
        hint: 'run the command again',
        cause: error,
      },
    );
  }
}

async function shellOf(
  { engine }: NodeContext,
  details: ContainerDetails,
): Promise<readonly string[] | undefined> {
  if (details.body.Healthcheck?.Test?.[0] !== 'CMD-SHELL') return undefined;
  return (await engine.inspectImage(details.imageId).catch(() => undefined))?.config.shell;
}

/** Words as docker compose has them. */
function hopeless({ until }: Wait, { node }: NodeContext, message: string): UserError {
  const service = node.subject.name;
  const hint = message.endsWith('no healthcheck configured')
    ? `give ${service} a healthcheck, or wait for service_started`
    : `tscompose logs ${service}`;
  if (until === 'completed') {
    const text = message.startsWith("didn't") ? `service "${service}" ${message}` : message;
    return new UserError('dependency-failed', text, { hint });
  }
  const text = until === 'healthy' ? `dependency failed to start: ${message}` : message;
  return new UserError('dependency-failed', text, { hint });
}
