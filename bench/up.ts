/**
 * `up` against the raw engine calls that do the same, in one run and in turns; and how long health checks take
 * on top of what the checks themselves need.
 *
 *   npm run bench -- up [ROUNDS]
 */
import { connect } from '../src/engine/connect.ts';
import type { Service } from '../src/model/service.ts';
import { hostToMeasure, median, say, timed, verdict } from './support/measure.ts';
import { ourDown, ourUp, projectOf } from './support/ours.ts';
import { RawEngine, rawDown, rawUp } from './support/raw.ts';

const rounds = Number(process.argv[2] ?? 5);
const host = hostToMeasure();
const raw = new RawEngine(host);
const engine = await connect({ host, environment: process.env });
const sleeper: Service = { image: 'busybox', command: ['sleep', '1000'] };
const results: boolean[] = [];

/** Services that do not depend on each other. */
async function flat(count: number): Promise<void> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const name = `bench${process.pid}r${round}n${count}`;
    const project = projectOf(
      name,
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`s${i}`, sleeper])),
    );
    let plan: Awaited<ReturnType<typeof ourUp>>['plan'] | undefined;
    ours.push(
      await timed(async () => {
        ({ plan } = await ourUp(engine, project));
      }),
    );
    await ourDown(engine, project);
    // The bodies that we sent are sent again, so both sides make the same.
    const nodes = plan!.nodes.map((node) => node.operation);
    const network = nodes.flatMap((o) => (o.kind === 'create-network' ? [o.body] : []))[0];
    const bodies = new Map(
      nodes.flatMap((o) => (o.kind === 'create-container' ? [[o.name, o.body] as const] : [])),
    );
    let ids: string[] = [];
    theirs.push(
      await timed(async () => {
        ids = await rawUp(raw, network, bodies);
      }),
    );
    await rawDown(raw, ids, `${name}_default`);
  }
  const ratios = ours.map((time, i) => time / theirs[i]!);
  say(
    `${count} services: ours ${median(ours).toFixed(0)} ms, raw ${median(theirs).toFixed(0)} ms (medians of ${rounds})`,
  );
  results.push(verdict(`up of ${count} services against raw calls`, median(ratios), 1.1, ''));
}

interface Chain {
  readonly milliseconds: number;
  /** How long each dependent waited for the health of the one before, and a raw run of the same check right after. */
  readonly links: readonly { readonly waited: number; readonly check: number }[];
}

/** Services in a row, each after the one before is healthy. */
async function chain(count: number, interval: string | undefined): Promise<Chain> {
  const check = { test: ['CMD', 'true'], ...(interval !== undefined && { interval }) };
  const services: Record<string, Service> = {};
  for (let i = 0; i < count; i++) {
    const needs = {
      depends_on: { [`s${i - 1}`]: { condition: 'service_healthy', required: true } },
    } as const;
    services[`s${i}`] = { ...sleeper, healthcheck: check, ...(i > 0 && needs) };
  }
  const project = projectOf(`chain${process.pid}n${count}`, services);
  try {
    const began = performance.now();
    const { plan, result } = await ourUp(engine, project);
    const milliseconds = performance.now() - began;
    const links = [];
    for (const { id, operation } of plan.nodes) {
      if (operation.kind !== 'wait-container' || !('createdBy' in operation.container)) continue;
      const { started = 0, ended = 0 } = result.timings[id - 1]!;
      const container = result.created.get(operation.container.createdBy)!;
      links.push({ waited: ended - started, check: await timed(() => rawExec(container)) });
    }
    return { milliseconds, links };
  } finally {
    await ourDown(engine, project);
  }
}

async function rawExec(id: string): Promise<void> {
  const made = await raw.done('POST', `/containers/${id}/exec`, { Cmd: ['true'], AttachStdout: true });
  const { Id }: { Id: string } = JSON.parse(made);
  await raw.done('POST', `/exec/${Id}/start`, { Detach: false, Tty: false });
  await raw.done('GET', `/exec/${Id}/json`);
}

try {
  for (const count of [1, 10, 30]) await flat(count);
  const links: Chain['links'][number][] = [];
  for (let i = 0; i < rounds; i++) links.push(...(await chain(5, '1s')).links);
  const waited = median(links.map((link) => link.waited));
  const check = median(links.map((link) => link.check));
  say(
    `chain of five: waited ${waited.toFixed(0)} ms a link, a raw run of the check takes ${check.toFixed(0)} ms`,
  );
  results.push(verdict('waiting for health beyond the check itself', waited - check, 50, ' ms'));
  const three: number[] = [];
  for (let i = 0; i < rounds; i++) three.push((await chain(3, undefined)).milliseconds / 1000);
  results.push(verdict('a chain of three with default intervals', median(three), 3, ' s'));
} finally {
  engine.close();
  raw.close();
}
process.exitCode = results.every((met) => met) ? 0 : 1;
