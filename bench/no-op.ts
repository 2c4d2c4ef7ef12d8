/**
 * `up` with nothing to do, of more and more services, against the stand-in engine: engine calls and time.
 *
 *   npm run bench -- no-op [ROUNDS]
 */
import { existsSync } from 'node:fs';
import { manyServices, StandIn, standInProgram } from '../test/support/stand-in.ts';
import { median, say, verdict } from './support/measure.ts';

const rounds = Number(process.argv[2] ?? 5);
const root = process.env['TSCOMPOSE_ROOT'] ?? process.cwd();
const results: boolean[] = [];

if (!existsSync(standInProgram(root))) {
  say('the stand-in engine is not there: nothing measured');
} else {
  const engine = new StandIn(root);
  await engine.open();
  try {
    const times = new Map<number, number>();
    for (const count of [1, 100, 200, 400]) {
      engine.file(manyServices(count));
      await engine.tscompose('up', '-d');
      engine.take();
      const rows: number[] = [];
      let calls = 0;
      for (let round = 0; round < rounds; round++) {
        rows.push((await engine.tscompose('up', '-d')).ms);
        calls = engine.take().length;
      }
      times.set(count, median(rows));
      say(`${count} services: ${median(rows).toFixed(0)} ms, ${calls} calls (median of ${rounds})`);
      results.push(verdict(`engine calls of a no-op up of ${count} services`, calls, 5, ''));
    }
    results.push(
      verdict('time of 400 services against 200', times.get(400)! / times.get(200)!, 2.2, ' times'),
    );
  } finally {
    await engine.close();
  }
}
process.exitCode = results.every((met) => met) ? 0 : 1;
