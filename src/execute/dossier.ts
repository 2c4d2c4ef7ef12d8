import type { ContainerDetails, Engine } from '../engine/engine.ts';
import type { ContainerRef } from '../plan/operations.ts';
import type { PlanNode } from '../plan/plan.ts';
import { likelyCause } from './causes.ts';
import { messageOf } from './failure.ts';
import type { Run } from './run.ts';

/** Everything worth knowing of a container that failed, as data. `dossier-text.ts` writes it for people. */
export interface Dossier {
  readonly service: string;
  readonly container: string;
  /** Services that could not start because of this one, nearest first. */
  readonly neededBy: readonly string[];
  /** undefined while it runs, or if it was never there. */
  readonly exitCode: number | undefined;
  readonly oomKilled: boolean;
  readonly health: string | undefined;
  /** The last three runs of its health check. */
  readonly probes: readonly { readonly exitCode: number; readonly output: string }[];
  /** The last twenty lines of its log. */
  readonly log: readonly string[];
  readonly cause: Cause | undefined;
}

export interface Cause {
  readonly kind:
    | 'missing-command'
    | 'not-executable'
    | 'port-taken'
    | 'out-of-memory'
    | 'missing-mount'
    | 'missing-network'
    | 'missing-user'
    | 'name-taken'
    | 'no-space'
    | 'wrong-architecture'
    | 'killed'
    | 'probe-broken';
  readonly text: string;
  readonly hint: string;
}

const keptLines = 20;
const keptProbes = 3;

/** Collects what the engine knows of the container that a failed node is about; undefined for other nodes. */
export async function dossierOf(run: Run, node: PlanNode, error: unknown): Promise<Dossier | undefined> {
  if (node.subject.kind !== 'service' || node.operation.kind === 'pass-gate') return undefined;
  const engine = run.options.engines.get(node.engine);
  const id = containerId(run, node);
  const details = id === undefined ? undefined : await engine?.inspectContainer(id).catch(() => undefined);
  const log = details === undefined ? [] : await lastLines(engine!, details.id).catch(() => []);
  const probes = (details?.state.health?.log ?? [])
    .slice(-keptProbes)
    .map(({ exitCode, output }) => ({ exitCode, output: output.trim() }));
  const known = {
    service: node.subject.name,
    container: details?.name ?? nameOf(node) ?? node.subject.name,
    neededBy: neededBy(run, node),
    exitCode: details === undefined || details.state.running ? undefined : exitOf(details),
    oomKilled: details?.state.oomKilled ?? false,
    health: details?.state.health?.status,
    ...{ probes, log },
  };
  const message = `${messageOf(error)}\n${details?.state.error ?? ''}`;
  return { ...known, cause: likelyCause(message, known) };
}

function exitOf({ state }: ContainerDetails): number | undefined {
  return state.status === 'created' && state.exitCode === 0 ? undefined : state.exitCode;
}

function containerId(run: Run, node: PlanNode): string | undefined {
  const { operation } = node;
  const ref: ContainerRef | undefined = 'container' in operation ? operation.container : undefined;
  if (ref === undefined) return run.created.get(node.id);
  return 'id' in ref ? ref.id : run.created.get(ref.createdBy);
}

function nameOf({ operation }: PlanNode): string | undefined {
  if ('container' in operation) return operation.container.name;
  return operation.kind === 'create-container' ? operation.name : undefined;
}

/** Other services whose nodes come after this one, by distance. */
function neededBy(run: Run, failed: PlanNode): readonly string[] {
  const reached = new Set([failed.id]);
  const names: string[] = [];
  // Nodes stand in an order in which they could run, so one pass reaches all.
  for (const { id, after, subject, operation } of run.plan.nodes) {
    if (!after.some((before) => reached.has(before))) continue;
    reached.add(id);
    const other = subject.kind === 'service' && subject.name !== failed.subject.name;
    if (other && operation.kind === 'start-container' && !names.includes(subject.name))
      names.push(subject.name);
  }
  return names;
}

async function lastLines(engine: Engine, id: string): Promise<readonly string[]> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const { data } of engine.logs(id, { tail: keptLines })) {
    text = (text + decoder.decode(data, { stream: true })).slice(-20_000);
  }
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  if (lines.at(-1) === '') lines.pop();
  return lines.slice(-keptLines);
}
