import { describe, expect, test } from 'vitest';
import type { NodeTiming } from '../../src/execute/result.ts';
import { timelineOf } from '../../src/execute/timeline.ts';
import type { Operation } from '../../src/plan/operations.ts';
import type { PlanNode } from '../../src/plan/plan.ts';
import { jsonProgress } from '../../src/progress/json.ts';
import { timelineLines } from '../../src/progress/timeline.ts';
import { validEvent } from '../support/events-schema.ts';

const container = { name: 'shop-db-1', id: 'x' };
const operations = {
  pull: { kind: 'remove-image', image: 'redis' },
  start: { kind: 'start-container', container },
  wait: { kind: 'wait-container', container, until: 'healthy' },
  kill: { kind: 'kill-container', container, signal: 'SIGTERM' },
} as const satisfies Record<string, Operation>;

type Row = readonly [
  what: keyof typeof operations,
  after: readonly number[],
  started?: number,
  ended?: number,
];

function round(rows: readonly Row[], milliseconds: number, planning = 10) {
  const nodes = rows.map(
    ([what, after], id): PlanNode => ({
      ...{ id, after, engine: 'e', because: '', subject: { kind: 'service', name: 'db' } },
      operation: operations[what],
    }),
  );
  const timings = rows.map(
    ([, , started, ended], node): NodeTiming => ({
      ...{ node, end: started === undefined ? 'skipped' : 'done' },
      ...(started !== undefined && ended !== undefined && { started, ended }),
    }),
  );
  return { plan: { nodes }, result: { timings, milliseconds }, planning };
}

const short = (rounds: Parameters<typeof timelineOf>[0]) =>
  timelineOf(rounds, 100).path.map(({ phase, start, milliseconds }) => `${start} ${phase} ${milliseconds}`);

describe('the critical path', () => {
  test.each<[string, Parameters<typeof timelineOf>[0], string[]]>([
    ['nothing to do', [round([], 0)], ['0 load 100', '100 plan 10']],
    ['one step', [round([['start', [], 0, 50]], 50)], ['0 load 100', '100 plan 10', '110 start 50']],
    [
      'the slower of two that a third comes after, not the one beside it',
      [
        round(
          [
            ['pull', [], 0, 400],
            ['kill', [], 0, 300],
            ['start', [0, 1], 400, 450],
            ['start', [1], 300, 320],
          ],
          450,
        ),
      ],
      ['0 load 100', '100 plan 10', '110 remove 400', '510 start 50'],
    ],
    [
      'pauses for want of a place, and at the end',
      [
        round(
          [
            ['pull', [], 5, 100],
            ['wait', [0], 150, 250],
          ],
          260,
        ),
      ],
      [
        ...['0 load 100', '100 plan 10', '110 other 5', '115 remove 95'],
        ...['210 other 50', '260 wait 100', '360 other 10'],
      ],
    ],
    [
      'what never began does not count',
      [
        round(
          [
            ['pull', [], 0, 40],
            ['start', [0]],
          ],
          40,
        ),
      ],
      ['0 load 100', '100 plan 10', '110 remove 40'],
    ],
    [
      'two rounds follow one another',
      [round([['pull', [], 0, 40]], 40), round([['start', [], 0, 20]], 20, 5)],
      ['0 load 100', '100 plan 10', '110 remove 40', '150 plan 5', '155 start 20'],
    ],
  ])('%s', (_, rounds, wanted) => expect(short(rounds)).toEqual(wanted));

  const timeline = timelineOf(
    [
      round(
        [
          ['pull', [], 0, 1400],
          ['start', [0], 1400, 1450],
          ['wait', [1], 1450, 3450],
        ],
        3450,
      ),
    ],
    100,
  );

  test('adds up, by step and by phase', () => {
    const sum = (all: readonly { readonly milliseconds: number }[]) =>
      all.reduce((total, { milliseconds }) => total + milliseconds, 0);
    expect(timeline.milliseconds).toBe(3560);
    expect(sum(timeline.path)).toBe(3560);
    expect(sum(timeline.phases)).toBe(3560);
  });

  test('as lines', () => {
    expect(timelineLines(timeline)).toMatchInlineSnapshot(`
      [
        "Critical path: 3560 ms",
        "     0 ms  +100 ms   load    start, read the files",
        "   100 ms  +10 ms    plan    look at the engine, plan",
        "   110 ms  +1400 ms  remove  remove image redis",
        "  1510 ms  +50 ms    start   start shop-db-1",
        "  1560 ms  +2000 ms  wait    wait until shop-db-1 is healthy",
        "By phase: load 100 ms, plan 10 ms, remove 1400 ms, start 50 ms, wait 2000 ms",
      ]
    `);
  });

  test('is part of the summary in JSON, by the schema', () => {
    const lines: string[] = [];
    const view = jsonProgress((line) => lines.push(line));
    view.emit({ type: 'timeline', time: 0, timeline });
    const summary = { type: 'summary', time: 0, changed: true, done: 2, failed: 0, skipped: 0 } as const;
    view.emit({ ...summary, milliseconds: 10, exitCode: 0 });
    view.close();
    const [line] = lines.map((text) => JSON.parse(text));
    expect(lines).toHaveLength(1);
    expect(line.timeline.path).toHaveLength(5);
    expect([line, validEvent(line), validEvent.errors]).toEqual([line, true, null]);
  });
});
