import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { ExecutionEvent, ResourceEvent } from '../../src/execute/events.ts';
import { chooseMode, openProgress, wantsColour } from '../../src/progress/choose.ts';
import { jsonLines, jsonProgress } from '../../src/progress/json.ts';
import { plainProgress } from '../../src/progress/plain.ts';
import { headLine, screenLines } from '../../src/progress/screen.ts';
import { nothingYet, type Progress, progress } from '../../src/progress/state.ts';
import { run, shopEngine, shopPlan } from '../execute/plans.ts';
import { validEvent } from '../support/events-schema.ts';
import { FakeEngine, refusal } from '../support/fake-engine.ts';

const resource = (
  time: number,
  id: string,
  status: ResourceEvent['status'],
  text: string,
  more: Partial<ResourceEvent> = {},
): ResourceEvent => ({ type: 'resource', time, id, status, text, ...more });

const paint = (events: readonly ExecutionEvent[]): Progress => events.reduce(progress, nothingYet);

const story: readonly ExecutionEvent[] = [
  resource(0, 'Image redis', 'Working', 'Pulling'),
  resource(100, 'a1', 'Working', 'Downloading', {
    parentId: 'Image redis',
    current: 1_000_000,
    total: 3_000_000,
  }),
  resource(200, 'b2', 'Working', 'Downloading', {
    parentId: 'Image redis',
    current: 500_000,
    total: 1_000_000,
  }),
  resource(200, 'Network shop_default', 'Working', 'Creating'),
  resource(450, 'Network shop_default', 'Done', 'Created'),
  resource(500, 'Container shop-db-1', 'Working', 'Creating'),
  resource(600, 'Container shop-db-1', 'Done', 'Created'),
  resource(700, 'Container shop-db-1', 'Working', 'Starting'),
  resource(900, 'Container shop-db-1', 'Done', 'Started'),
  resource(900, 'Container shop-db-1', 'Working', 'Waiting'),
  resource(1900, 'Container shop-db-1', 'Working', 'Waiting', {
    details: 'health: probe 3: exit 1: could not connect to server',
  }),
  resource(1000, 'Container shop-a-very-long-service-name-indeed-1', 'Working', 'Creating'),
  resource(1100, 'Container shop-a-very-long-service-name-indeed-1', 'Error', 'Error', {
    details: 'Error response from daemon: port is already allocated',
  }),
];

describe('the screen', () => {
  test('at 80 columns', () => {
    const lines = screenLines(paint(story), { columns: 80, rows: 20 }, 2400);
    expect(lines).toMatchInlineSnapshot(`
      [
        "⠿ Image redis                               Pulling 1.4 MiB / 3.8 MiB       2.4s",
        "✔ Network shop_default                      Created                         0.3s",
        "⠿ Container shop-db-1                       Waiting  health: probe 3: exit… 1.5s",
        "✘ Container shop-a-very-long-service-name…  Error  Error response from dae… 0.1s",
      ]
    `);
    expect(lines.every((line) => line.length === 80)).toBe(true);
  });

  test('at 40 columns', () => {
    const lines = screenLines(paint(story), { columns: 40, rows: 20 }, 2400);
    expect(lines).toMatchInlineSnapshot(`
      [
        "⠿ redis                 Pulling 1.… 2.4s",
        "✔ shop_default          Created     0.3s",
        "⠿ shop-db-1             Waiting  h… 1.5s",
        "✘ shop-a-very-long-se…  Error  Err… 0.1s",
      ]
    `);
    expect(lines.every((line) => line.length === 40)).toBe(true);
  });

  const wait = { engine: 'e', service: 'db', until: 'healthy' } as const;
  const waitingStory: readonly ExecutionEvent[] = [
    resource(0, 'Container shop-db-1', 'Done', 'Started'),
    resource(0, 'Container shop-web-1', 'Done', 'Created'),
    resource(100, 'Container shop-db-1', 'Working', 'Waiting', {
      ...{ ...wait, node: 1, neededBy: ['Container shop-web-1'] },
    }),
    resource(100, 'Container shop-job-1', 'Working', 'Waiting', {
      ...{ engine: 'e', service: 'job', until: 'completed', node: 2 },
      neededBy: ['Container shop-web-1', 'Container shop-old-1'],
    }),
    resource(900, 'Container shop-db-1', 'Working', 'Waiting', {
      ...{ ...wait, node: 1, neededBy: ['Container shop-web-1'], probes: { failed: 2, of: 3 } },
      details: 'health: probe 4: exit 1: refused',
    }),
  ];
  test('what waits says for what, at 80 and 40 columns', () => {
    expect(screenLines(paint(waitingStory), { columns: 80, rows: 9 }, 1100)).toMatchInlineSnapshot(`
      [
        "⠿ Container shop-db-1   Waiting  health: probe 4: exit 1: refused           1.0s",
        "⠿ Container shop-web-1  waiting for db: healthy, 2 of 3 probes failed, and… 1.0s",
        "⠿ Container shop-job-1  Waiting                                             1.0s",
        "⠿ Container shop-old-1  waiting for job: completed                          1.0s",
      ]
    `);
    expect(screenLines(paint(waitingStory), { columns: 40, rows: 9 }, 1100)).toMatchInlineSnapshot(`
      [
        "⠿ shop-db-1   Waiting  health: pro… 1.0s",
        "⠿ shop-web-1  db: healthy 2/3 +1    1.0s",
        "⠿ shop-job-1  Waiting               1.0s",
        "⠿ shop-old-1  job: completed        1.0s",
      ]
    `);
    expect(headLine(paint(waitingStory), 'up')).toBe('up 0/4');
  });

  test('what waited in vain says so, what waited with success goes on', () => {
    const neededBy = ['Container shop-web-1'];
    const failed = resource(1200, 'Container shop-db-1', 'Error', 'Error', { ...wait, node: 1, neededBy });
    expect(screenLines(paint([...waitingStory, failed]), { columns: 80, rows: 9 }, 1300)[1]).toMatch(
      /^! Container shop-web-1 +Not started {2}needs db /,
    );
    const healthy = resource(1200, 'Container shop-db-1', 'Done', 'Healthy', { ...wait, node: 1, neededBy });
    expect(screenLines(paint([...waitingStory, healthy]), { columns: 80, rows: 9 }, 1300)[1]).toMatch(
      /waiting for job: completed /,
    );
  });

  test('sums up what has no room, and hides errors last', () => {
    const many = Array.from({ length: 50 }, (_, i) =>
      resource(i, `Container c${i}`, i < 45 ? 'Done' : 'Working', 'x'),
    );
    const state = paint([...many, resource(99, 'Container bad', 'Error', 'Error')]);
    const lines = screenLines(state, { columns: 40, rows: 8 }, 99);
    expect(lines.map((line) => line.slice(0, 15).trimEnd())).toMatchInlineSnapshot(`
      [
        "✔ c44  x",
        "⠿ c45  x",
        "⠿ c46  x",
        "⠿ c47  x",
        "⠿ c48  x",
        "⠿ c49  x",
        "✘ bad  Error",
        "… 44 more done",
      ]
    `);
    expect(screenLines(state, { columns: 40, rows: 3 }, 99)).toHaveLength(3);
    expect(headLine(state, 'up')).toBe('up 46/51');
  });
});

describe('plain lines', () => {
  const lines = (events: readonly ExecutionEvent[]): string[] => {
    const written: string[] = [];
    const emit = plainProgress((line) => written.push(line));
    for (const event of events) emit(event);
    return written;
  };

  test('are docker compose’s, one for each change', () =>
    expect(lines(story.slice(3, 11))).toEqual([
      ' Network shop_default Creating \n',
      ' Network shop_default Created \n',
      ' Container shop-db-1 Creating \n',
      ' Container shop-db-1 Created \n',
      ' Container shop-db-1 Starting \n',
      ' Container shop-db-1 Started \n',
      ' Container shop-db-1 Waiting \n',
    ]));

  test('have the details of an error, and leave out parts', () => {
    expect(lines(story.slice(0, 3))).toEqual([' Image redis Pulling \n']);
    expect(lines(story.slice(-1))).toEqual([
      ' Container shop-a-very-long-service-name-indeed-1 Error Error response from daemon: port is already allocated\n',
    ]);
  });
});

describe('JSON lines', () => {
  const valid = validEvent;
  const toLines = (events: readonly ExecutionEvent[]) => {
    const toLine = jsonLines();
    return events.map((event) => toLine(event));
  };

  test.each([
    ['that goes well', () => run(shopPlan().plan(), shopEngine())],
    [
      'that fails',
      () => {
        const fake = new FakeEngine();
        fake.before = ({ method }) => {
          if (method === 'startContainer') throw refusal('other', method, 'boom');
        };
        return run(shopPlan().plan(), fake);
      },
    ],
  ])('of a run %s follow the schema', async (_, work) => {
    const { events } = await work();
    expect(events.length).toBeGreaterThan(10);
    for (const line of toLines(events)) expect([line, valid(line), valid.errors]).toEqual([line, true, null]);
  });

  test('the schema refuses what is no line', () => {
    expect(valid({ type: 'resource' })).toBe(false);
    expect(valid({ ...toLines(story.slice(0, 1))[0], extra: 1 })).toBe(false);
  });

  test('have docker compose’s keys', () => {
    const [, part] = toLines(story);
    expect(part).toMatchObject({ id: 'a1', parent_id: 'Image redis', status: 'Working', current: 1_000_000 });
    expect(toLines([{ type: 'notice', time: 0, level: 'error', message: 'm' }])[0]).toMatchObject({
      error: true,
      message: 'm',
    });
  });

  test('end with one summary of all rounds', () => {
    const lines: string[] = [];
    const view = jsonProgress((line) => lines.push(line));
    const summary = { type: 'summary', time: 0, changed: true, done: 2, failed: 0, skipped: 0 } as const;
    view.emit({ ...summary, milliseconds: 10, exitCode: 0 });
    view.emit({ ...summary, changed: false, failed: 1, milliseconds: 5, exitCode: 1 });
    const place = { file: 'compose.yaml', line: 2, column: 3 };
    view.emit({ type: 'notice', time: 0, level: 'error', message: 'm', code: 'TSC101', place });
    view.close();
    const parsed = lines.map((line) => JSON.parse(line));
    expect(parsed.map(({ type }) => type)).toEqual(['notice', 'summary']);
    expect(parsed[0]).toMatchObject({ error: true, file: 'compose.yaml', line: 2, column: 3 });
    expect(parsed[1]).toMatchObject({ changed: true, done: 4, failed: 1, milliseconds: 15, exit_code: 1 });
    for (const line of parsed) expect([line, valid(line), valid.errors]).toEqual([line, true, null]);
  });

  test('name the phase', () => {
    const node = { node: 1, engine: 'e' };
    const lines = toLines([
      resource(0, 'Container a', 'Working', 'Waiting', node),
      resource(1, 'Container a', 'Working', 'Waiting', { ...node, details: 'x' }),
      resource(2, 'Container a', 'Done', 'Healthy', node),
    ]);
    expect(lines.map((line) => line['phase'])).toEqual(['begin', 'progress', 'end']);
  });
});

describe('the choice', () => {
  const terminal = (isTTY: boolean, environment: Record<string, string> = {}) => ({
    stderr: Object.assign(new Writable({ write: (_, __, done) => done() }), { isTTY }),
    environment,
  });

  test.each([
    ['auto', undefined, true, {}, 'tty'],
    ['auto', undefined, false, {}, 'plain'],
    ['auto', 'never', true, {}, 'plain'],
    ['auto', undefined, true, { TERM: 'dumb' }, 'plain'],
    [undefined, undefined, true, { COMPOSE_PROGRESS: 'json' }, 'json'],
    ['plain', undefined, true, {}, 'plain'],
    ['tty', undefined, false, {}, 'tty'],
    ['none', undefined, true, {}, 'quiet'],
    ['quiet', undefined, true, {}, 'quiet'],
  ])('%s, --ansi %s, terminal %s, %j: %s', (mode, ansi, isTTY, environment, wanted) =>
    expect(chooseMode({ progress: mode, ansi }, terminal(isTTY, environment))).toBe(wanted),
  );

  test.each([
    ['bogus', undefined, 'unsupported --progress value "bogus"'],
    ['tty', 'never', "can't use --progress tty while ANSI support is disabled"],
    ['plain', 'always', "can't use --progress plain while ANSI support is forced"],
  ])('%s with --ansi %s is refused', (mode, ansi, message) =>
    expect(() => chooseMode({ progress: mode, ansi }, terminal(true))).toThrow(message),
  );

  test.each([
    [undefined, true, {}, true],
    [undefined, false, {}, false],
    [undefined, true, { NO_COLOR: '1' }, false],
    ['always', false, { NO_COLOR: '1' }, true],
    ['never', true, {}, false],
    [undefined, false, { FORCE_COLOR: '1' }, true],
  ])('colour with --ansi %s, terminal %s, %j: %s', (ansi, isTTY, environment, wanted) =>
    expect(wantsColour({ ansi }, terminal(isTTY, environment))).toBe(wanted),
  );

  test('a terminal gets the picture, and the notices below it', async () => {
    let text = '';
    const stderr = Object.assign(
      new Writable({
        write: (chunk, _, done) => {
          text += String(chunk);
          done();
        },
      }),
      { isTTY: true, columns: 80, rows: 24 },
    );
    const view = await openProgress(
      { progress: 'tty', command: 'up' },
      { stderr, environment: { NO_COLOR: '1' } },
    );
    for (const event of story) view.emit(event);
    view.emit({ type: 'notice', time: 0, level: 'info', message: 'note', hint: 'help' });
    await view.close();
    view.emit(resource(0, 'late', 'Done', 'late'));
    expect(text).toContain('up 2/4');
    expect(text).toContain('Container shop-db-1');
    expect(text.trimEnd().endsWith('info: note\n  hint: help')).toBe(true);
    expect(text).not.toContain('late');
  });
});
