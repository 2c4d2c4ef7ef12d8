import type { ContainerSummary, Engine, LogOptions } from '../../engine/engine.ts';
import type { Outcome } from '../../pipeline.ts';
import type { Terminal } from '../command.ts';
import { numberOf, projectContainers, serviceOf, shortName } from '../containers.ts';
import { followToEnd, sinceLastEnd, stateOf } from '../logs/follow.ts';
import type { LinePrinter, LogPrinter } from '../logs/printer.ts';

export interface AttachWish {
  readonly project: string;
  /** Containers of these services are shown. */
  readonly shown: (service: string) => boolean;
  /** Containers of these services are waited for. */
  readonly watched: (service: string) => boolean;
  readonly timestamps: boolean;
  /** When to end before all containers have. */
  readonly until?: 'exit' | 'failure';
  readonly signal: AbortSignal;
}

export interface Ended {
  readonly service: string;
  readonly number: number;
  readonly exitCode: number;
}

/**
 * Shows the logs of a project's containers until all have ended, or what `until` asks for happens.
 * @returns the ends in their order; `interrupted` if the signal came first
 */
export async function attachLogs(
  engine: Engine,
  terminal: Terminal,
  printer: LogPrinter,
  outcome: Outcome,
  wish: AttachWish,
): Promise<{ readonly ends: readonly Ended[]; readonly interrupted: boolean }> {
  const all = await projectContainers(engine, wish.project, { all: true, oneOff: false });
  const watched = all.filter((c) => wish.watched(serviceOf(c)));
  const names = watched.filter((c) => wish.shown(serviceOf(c))).map((c) => shortName(c, wish.project));
  for (const name of names) printer.register(name);
  if (names.length > 0) terminal.stdout.write(`Attaching to ${names.join(', ')}\n`);
  const over = new AbortController();
  const signal = AbortSignal.any([wish.signal, over.signal]);
  const ends: Ended[] = [];
  const started = startedBy(outcome);
  await Promise.all(
    watched.map(async (container) => {
      const service = serviceOf(container);
      const name = shortName(container, wish.project);
      const from = await startOfLog(engine, container, started, wish);
      const silent: LinePrinter = { line: () => {} };
      const show = wish.shown(service) ? printer : silent;
      const end = await followToEnd(engine, { id: container.id, name }, show, { ...from, signal });
      if (typeof end === 'string') return;
      ends.push({ service, number: numberOf(container), exitCode: end.exitCode });
      if (wish.shown(service)) terminal.stdout.write(`\r\u001b[K${name} exited with code ${end.exitCode}\n`);
      if (wish.until === 'exit' || (wish.until === 'failure' && end.exitCode !== 0)) over.abort();
    }),
  );
  return { ends, interrupted: wish.signal.aborted };
}

/** Ids of containers that the plan made, and of those that it started. */
function startedBy({ plan, result }: Outcome): { made: ReadonlySet<string>; started: ReadonlySet<string> } {
  const made = new Set<string>();
  const started = new Set<string>();
  for (const { id, operation } of plan.nodes) {
    const created = result?.created.get(id);
    if (operation.kind === 'create-container' && created !== undefined) made.add(created);
    if (operation.kind === 'start-container' && 'id' in operation.container)
      started.add(operation.container.id);
  }
  return { made, started };
}

/** New containers are shown from their first line, restarted ones from this start, others from now on. */
async function startOfLog(
  engine: Engine,
  container: ContainerSummary,
  { made, started }: ReturnType<typeof startedBy>,
  { timestamps }: AttachWish,
): Promise<LogOptions> {
  const base = timestamps ? { timestamps } : {};
  if (made.has(container.id)) return { ...base, tail: 'all' };
  if (!started.has(container.id)) return { ...base, tail: 0 };
  const state = await stateOf(engine, container.id);
  return state === undefined ? base : { ...base, ...sinceLastEnd(state) };
}
