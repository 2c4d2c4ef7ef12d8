import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { docker, engineCall, projectState } from '../support/engines.ts';
import { PrivateEngine } from '../support/private-engine.ts';
import { type Ended, type Running, Scenario } from './scenario.ts';

/**
 * An `up` of five services is cut short at its n-th journal line: the engine is killed and comes back, or Ctrl-C.
 * A second `up` has to end in the wanted state, with the data that was there. `npm run test:faults` tries every
 * line; otherwise a few are tried.
 */
/** `all`, or the numbers of lines with commas between. */
const asked = process.env['TSCOMPOSE_FAULTS'];

const image = 'tscompose-base/busybox';

const group = (version: string) => `
services:
  db:
    image: ${image}
    command: sleep 600
    stop_signal: SIGKILL
    environment: { VERSION: "${version}" }
    healthcheck: { test: 'test -f /etc/db.conf', interval: 1s }
    volumes: ['data:/data', '/cache']
    configs: [{ source: conf, target: /etc/db.conf, mode: 0440 }]
  cache:
    image: ${image}
    command: sleep 600
    stop_signal: SIGKILL
    environment: { VERSION: "${version}" }
    networks: [default, back]
  seed:
    image: ${image}
    command: 'true'
    environment: { VERSION: "${version}" }
    depends_on: { db: { condition: service_healthy } }
  api:
    image: ${image}
    command: sleep 600
    stop_signal: SIGKILL
    environment: { VERSION: "${version}" }
    depends_on: { seed: { condition: service_completed_successfully } }
  web:
    image: ${image}
    command: sleep 600
    stop_signal: SIGKILL
    environment: { VERSION: "${version}" }
    network_mode: service:api
    depends_on: [api]
volumes:
  data:
networks:
  back:
configs:
  conf: { content: "version=${version}" }
`;

const wanted = { api: 'running', cache: 'running', db: 'running', seed: 'exited', web: 'running' };

class Cell {
  readonly scenario: Scenario;

  constructor(host: string, project: string) {
    this.scenario = new Scenario(host, project);
    this.scenario.environment['TSCOMPOSE_STATE'] = join(this.scenario.folder, 'state');
  }

  run(args: readonly string[], running: Running = {}): Promise<Ended> {
    return this.scenario.tscompose(args, running);
  }

  async good(args: readonly string[]): Promise<Ended> {
    const ended = await this.run(args);
    expect(ended.code, `${args.join(' ')}\n${ended.stdout}${ended.stderr}`).toBe(0);
    return ended;
  }

  version(version: string): void {
    this.scenario.file('compose.yaml', group(version));
  }

  /** Lines of steps in the newest journal; 0 while it is the one of an earlier run. */
  lines(but: string | undefined): number {
    const newest = this.newest();
    if (newest === undefined || newest === but) return 0;
    return readFileSync(newest, 'utf8').split('"what":"node"').length - 1;
  }

  newest(): string | undefined {
    const folder = join(this.scenario.folder, 'state', 'journal', this.scenario.project);
    try {
      const name = readdirSync(folder).sort().at(-1);
      return name === undefined ? undefined : join(folder, name);
    } catch {
      return undefined;
    }
  }

  /** Runs `up -d` and does something at its n-th step line. */
  async cut(n: number, act: (kill: (signal: NodeJS.Signals) => void) => Promise<void>): Promise<Ended> {
    const before = this.newest();
    let acted: Promise<void> | undefined;
    let timer: NodeJS.Timeout | undefined;
    const ended = await this.run(['up', '-d'], {
      started: (child) => {
        timer = setInterval(() => {
          if (acted !== undefined || this.lines(before) < n) return;
          acted = act((signal) => child.kill(signal));
        }, 2);
      },
    });
    clearInterval(timer);
    await acted;
    return ended;
  }

  async check(version: string, what: string): Promise<void> {
    const { host, project } = this.scenario;
    const { containers } = await projectState(host, project);
    const states = containers.map(({ labels, state }) => [labels['com.docker.compose.service'], state]);
    expect(Object.fromEntries(states), what).toEqual(wanted);
    expect(containers.map(({ name }) => name).sort(), what).toEqual(
      Object.keys(wanted).map((service) => `${project}-${service}-1`),
    );
    for (const { id } of containers) {
      const { body } = await engineCall(host, 'GET', `/containers/${id}/json`);
      expect(JSON.stringify(body), what).toContain(`VERSION=${version}`);
    }
    const conf = await this.good(['exec', '-T', 'db', 'cat', '/etc/db.conf']);
    expect(conf.stdout, what).toContain(`version=${version}`);
    const plan = await this.run(['plan']);
    expect(plan.stdout, what).toContain('Nothing to do');
  }
}

const textOf = ({ stdout, stderr, code }: Ended) => `${stdout}${stderr}exit ${code}\n`;

/** Which lines are tried: all, or as many as asked for, spread over the run. */
function chosen(total: number, count: number): number[] {
  const every = Array.from({ length: total }, (_, i) => i + 1);
  if (asked === 'all') return every;
  if (asked !== undefined) return asked.split(',').map(Number);
  return every.filter((n) => Math.floor((n * count) / total) !== Math.floor(((n - 1) * count) / total));
}

async function volumeOf({ scenario }: Cell): Promise<unknown> {
  return (await engineCall(scenario.host, 'GET', `/volumes/${scenario.project}_data`)).body;
}

/** @param cut what happens at each line; the group can be reached again when it has resolved */
async function matrix(
  cell: Cell,
  count: number,
  replace: boolean,
  cut: (kill: (signal: NodeJS.Signals) => void) => Promise<void>,
): Promise<number> {
  cell.version('1');
  await cell.good(['up', '-d']);
  await cell.good(['exec', '-T', 'db', 'sh', '-c', 'echo kept > /data/mark; echo kept > /cache/mark']);
  let version = 1;
  const next = async () => {
    version += 1;
    cell.version(String(version));
    if (!replace) await cell.good(['down']);
  };
  await next();
  await cell.good(['up', '-d']);
  const total = cell.lines(undefined);
  const volume = await volumeOf(cell);
  const tried = chosen(total, count);
  for (const n of tried) {
    await next();
    const what = `cut at line ${n} of ${total}`;
    const first = await cell.cut(n, cut);
    const second = await cell.run(['up', '-d']);
    const told = `${what}\n${textOf(first)}\n${textOf(second)}`;
    expect(second.code, told).toBe(0);
    await cell.check(String(version), told);
    expect(await volumeOf(cell), what).toEqual(volume);
    const mark = await cell.good(['exec', '-T', 'db', 'cat', '/data/mark']);
    expect(mark.stdout, what).toContain('kept');
    if (replace) {
      const cache = await cell.good(['exec', '-T', 'db', 'cat', '/cache/mark']);
      expect(cache.stdout, what).toContain('kept');
    }
  }
  console.log(`${replace ? 'replace' : 'fresh'}: ${tried.length} of ${total} journal lines tried`);
  return tried.length;
}

const hours = 3600_000;

describe.skipIf(docker === undefined || process.getuid?.() !== 0)(
  'the engine is killed and comes back',
  () => {
    let engine: PrivateEngine;
    beforeAll(async () => {
      engine = await PrivateEngine.open(docker!, image);
    });
    afterAll(() => engine?.close());

    test.each([
      ['a first up', false, 1],
      ['a replacement', true, 2],
    ] as const)('during %s', { timeout: hours }, async (_, replace, count) => {
      const cell = new Cell(engine.host, `fault${replace ? 'r' : 'f'}`);
      try {
        const tried = await matrix(cell, count, replace, async () => {
          await engine.kill();
          await engine.start();
        });
        expect(tried).toBeGreaterThanOrEqual(count);
      } finally {
        await cell.scenario.close();
      }
    });
  },
);

describe.skipIf(docker === undefined)('Ctrl-C', () => {
  test.each([
    ['a first up', false, 2],
    ['a replacement', true, 2],
  ] as const)('during %s', { timeout: hours }, async (_, replace, count) => {
    const cell = new Cell(docker!, `intr${process.pid}${replace ? 'r' : 'f'}`);
    try {
      const tried = await matrix(cell, count, replace, async (kill) => kill('SIGINT'));
      expect(tried).toBeGreaterThanOrEqual(count);
    } finally {
      await cell.scenario.close();
    }
  });
});
