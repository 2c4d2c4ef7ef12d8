/**
 * `down` of containers whose first process ignores SIGTERM, and `down` against the raw calls.
 *
 *   npm run bench -- down [ROUNDS]
 */
import { connect } from '../src/engine/connect.ts';
import type { Service } from '../src/model/service.ts';
import { hostToMeasure, median, say, timed, verdict } from './support/measure.ts';
import { ourDown, ourUp, projectOf } from './support/ours.ts';
import { RawEngine, rawDown } from './support/raw.ts';

const rounds = Number(process.argv[2] ?? 5);
const host = hostToMeasure();
const raw = new RawEngine(host);
const engine = await connect({ host, environment: process.env });
const sleeper: Service = { image: 'busybox', command: ['sleep', '1000'] };
const results: boolean[] = [];

try {
  const chained: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const services: Record<string, Service> = {};
    for (let i = 0; i < 3; i++) {
      const needs = {
        depends_on: { [`s${i - 1}`]: { condition: 'service_started', required: true } },
      } as const;
      services[`s${i}`] = { ...sleeper, ...(i > 0 && needs) };
    }
    const project = projectOf(`down${process.pid}r${round}`, services);
    await ourUp(engine, project);
    chained.push((await timed(() => ourDown(engine, project))) / 1000);
  }
  results.push(verdict('down of three chained containers that ignore SIGTERM', median(chained), 2, ' s'));

  for (const count of [10, 30]) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const services = Object.fromEntries(Array.from({ length: count }, (_, i) => [`s${i}`, sleeper]));
      const project = projectOf(`flat${process.pid}r${round}n${count}`, services);
      await ourUp(engine, project);
      ours.push(await timed(() => ourDown(engine, project)));
      const { result } = await ourUp(engine, project);
      const ids = [...result.created.values()];
      const containers = await Promise.all(
        ids.map(async (id) => (await raw.call('GET', `/containers/${id}/json`)).status === 200),
      );
      const made = ids.filter((_, i) => containers[i]);
      theirs.push(await timed(() => rawDown(raw, made, `${project.name}_default`)));
    }
    say(
      `${count} services: ours ${median(ours).toFixed(0)} ms, raw ${median(theirs).toFixed(0)} ms (medians of ${rounds})`,
    );
    const ratios = ours.map((time, i) => time / theirs[i]!);
    results.push(verdict(`down of ${count} services against raw calls`, median(ratios), 1.1, ''));
  }
} finally {
  engine.close();
  raw.close();
}
process.exitCode = results.every((met) => met) ? 0 : 1;
