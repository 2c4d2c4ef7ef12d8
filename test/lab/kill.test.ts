import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labFolder } from './hosts.ts';
import { failures } from './kill/failures.ts';
import { moveIn, pictureOf } from './kill/foreign.ts';
import { type Point, points } from './kill/points.ts';
import { Rounds, type Then } from './kill/round.ts';
import { twoHosts } from './two.ts';

/** A pattern: only these cells. */
const only = new RegExp(process.env['LAB_CELLS'] ?? '');

/** So many moves at once. */
const width = 12;

interface Round {
  readonly failure: string;
  readonly then: Then;
  readonly at: readonly Point[];
}

/** Every failure at every point, with either way on: each is a cell. Those of a round share the failure. */
const table: readonly Round[] = Object.keys(failures).flatMap((failure) =>
  [0, 1].flatMap((half) =>
    (['--abort', '--resume'] as const).map((then) => ({
      ...{ failure, then },
      at: points
        .slice(half * width, (half + 1) * width)
        .filter(({ name }) => only.test(`${failure} at: ${name}; then ${then}`)),
    })),
  ),
);

describe.skipIf(labFolder === undefined)('whatever fails, at whatever step', () => {
  const { one, two } = twoHosts('busybox');
  let rounds: Rounds;
  let others: Awaited<ReturnType<typeof moveIn>>;
  let untouched: readonly string[];
  let cells = 0;

  beforeAll(async () => {
    others = await moveIn(two);
    untouched = await pictureOf(two);
    rounds = new Rounds(one, two);
  }, 180_000);
  afterAll(async () => {
    console.log(`kill matrix: ${cells} cells`);
    await rounds.close();
    others.close();
  }, 60_000);

  describe.each(table.filter(({ at }) => at.length > 0))('$failure; then $then', ({ failure, then, at }) => {
    let wrong: ReadonlyMap<Point, string[]>;
    let left: readonly string[];

    beforeAll(async () => {
      wrong = await rounds.run(failure, at, then);
      for (const end = Date.now() + 10_000; Date.now() < end; ) {
        left = await pictureOf(two);
        if (left.join('\n') === untouched.join('\n')) break;
        await new Promise((done) => setTimeout(done, 300));
      }
    }, 600_000);

    test.each(at.map((point) => [point.name, point] as const))('at: %s', (_, point) => {
      cells++;
      expect(wrong.get(point)!.join('\n')).toBe('');
    });

    test('nothing of others on the target is touched', () => {
      expect(left).toEqual(untouched);
    });
  });
});
