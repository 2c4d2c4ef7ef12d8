import { mkdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { engineCall, snapshotsOf } from '../support/engines.ts';
import { isRecord } from '../support/json.ts';
import { TestTerminal } from '../support/terminal.ts';
import { exits, nothingLeft, prints, service, volumes } from './checks.ts';
import { type Check, type Scenario, scenario } from './scenario.ts';

const box = (volume = 'data:', mounts = '"data:/data"') => `services:
  box:
    image: tscompose-base/busybox
    command: sleep 600
    stop_signal: SIGKILL
    volumes: [${mounts}]
volumes:
  ${volume}
`;

const write = (text: string) => ['exec', '-T', 'box', 'sh', '-c', `echo ${text} > /data/x`];
const read = ['exec', '-T', 'box', 'cat', '/data/x'];
const labelled = (value: string) => box(`data: {labels: {foo: ${value}}}`);

async function volumeOf(s: Scenario, key: string): Promise<Record<string, unknown>> {
  const { body } = await engineCall(s.host, 'GET', `/volumes/${s.project}_${key}`);
  return isRecord(body) ? body : {};
}

const hasLabel =
  (value: string | undefined): Check =>
  async ({ scenario: s }) => {
    const labels = (await volumeOf(s, 'data'))['Labels'];
    expect(isRecord(labels) ? labels['foo'] : undefined).toBe(value);
  };

const noSnapshots: Check = async ({ scenario: s }) =>
  expect(await snapshotsOf(s.host, s.project)).toEqual([]);

function terminal(s: Scenario, args: readonly string[]): TestTerminal {
  const env = { DOCKER_HOST: s.host, COMPOSE_PROJECT_NAME: s.project, NO_COLOR: '1' };
  return new TestTerminal(args, { program: s.program, cwd: s.folder, env, cols: 200 });
}

scenario(
  'a label added to a volume keeps its data: with and without -y, with and without a terminal',
  async (s) => {
    s.file('compose.yaml', box());
    await s.step('up', ['up', '-d'], exits(0));
    await s.step('write', write('precious'), exits(0));
    s.file('compose.yaml', labelled('one'));
    await s.step('nobody answers', ['up', '-d'], exits(0), prints('is kept as it is'), hasLabel(undefined));
    await s.step('the data is there', read, exits(0), prints('precious'));
    await s.step(
      'yes',
      ['up', '-d', '-y'],
      exits(0),
      hasLabel('one'),
      service('box', 'running'),
      noSnapshots,
    );
    await s.step('the data came along', read, exits(0), prints('precious'));
    s.file('compose.yaml', labelled('two'));
    const no = terminal(s, ['up', '-d']);
    await no.shows('Make it anew?');
    no.type('\r');
    expect(await no.ended).toBe(0);
    await s.step('it is still there', read, exits(0), prints('precious'), hasLabel('one'));
    const yes = terminal(s, ['up', '-d', '-y']);
    expect(await yes.ended, yes.text).toBe(0);
    await s.step('and came along again', read, exits(0), prints('precious'), hasLabel('two'));
  },
);

scenario(
  'a driver option carries the content over, or is refused; what can not take it is refused',
  async (s) => {
    const options = (text: string) => box(`data: {driver_opts: {${text}}}`);
    const at = (folder: string) => options(`type: none, o: bind, device: ${s.folder}/${folder}`);
    const stays = service('box', 'running');
    s.file('filled/own', 'mine');
    mkdirSync(`${s.folder}/empty`);
    s.file('compose.yaml', box());
    await s.step('up', ['up', '-d'], exits(0));
    await s.step('write', write('precious'), exits(0));
    s.file('compose.yaml', options('type: tmpfs, device: tmpfs, o: size=1m'));
    await s.step('memory keeps nothing', ['up', '-d', '-y'], exits(5), prints('memory'), stays);
    s.file('compose.yaml', at('filled'));
    await s.step('something is there', ['up', '-d', '-y'], exits(5), prints('there is data already'), stays);
    s.file('compose.yaml', at('empty'));
    await s.step('nobody answers', ['up', '-d'], exits(5), prints('--recreate-volumes'), stays);
    await s.step('yes', ['up', '-d', '-y'], exits(0), prints(/Restored .*sha256/), stays, noSnapshots);
    await s.step('the data came along', read, exits(0), prints('precious'));
    expect(readFileSync(`${s.folder}/empty/x`, 'utf8')).toBe('precious\n');
    expect(readFileSync(`${s.folder}/filled/own`, 'utf8')).toBe('mine');
    s.file('compose.yaml', box());
    await s.step('it may go', ['up', '-d', '--recreate-volumes'], exits(0), stays);
    await s.step('write', write('other'), exits(0));
    s.file('compose.yaml', at('empty'));
    await s.step('it may go again', ['up', '-d', '--recreate-volumes'], exits(0), stays);
    await s.step('nothing came along', read, exits(0), prints('precious'));
    await s.step('but was kept', ['volume', 'list'], exits(0), prints(/_data .*recreate/));
  },
  { engines: ['docker'] },
);

scenario('down -v keeps a snapshot, undo brings it back; a protected volume stays', async (s) => {
  s.file('compose.yaml', box());
  await s.step('up', ['up', '-d'], exits(0));
  await s.step('write', write('precious'), exits(0));
  await s.step('down', ['down', '-v', '-t', '0'], exits(0), nothingLeft());
  await s.step('list', ['volume', 'list'], exits(0), prints(/data .*down .*sha256:[0-9a-f]{12}.*in 7 days/));
  await s.step('undo', ['volume', 'undo'], exits(0), volumes('data'), noSnapshots);
  await s.step('nothing more', ['volume', 'undo'], exits(1), prints('nothing to undo'));
  s.file('compose.yaml', box('data: {x-tscompose: {protect: true}}'));
  await s.step('up again', ['up', '-d'], exits(0));
  await s.step('the data is there', read, exits(0), prints('precious'));
  await s.step('down', ['down', '-v'], exits(5), prints('is protected'), service('box', 'running'));
  await s.step('without the file', ['-p', s.project, 'down', '-v'], exits(5), service('box', 'running'));
  await s.step('plain down', ['down'], exits(0), nothingLeft('data'));
});

scenario(
  'snapshots at any time: paused or stopped, put back by force only, undone, given up',
  async (s) => {
    s.file('compose.yaml', box());
    await s.step('up', ['up', '-d'], exits(0));
    await s.step('write', write('one'), exits(0));
    await s.step(
      'snapshot',
      ['volume', 'snapshot'],
      exits(0),
      prints('is paused'),
      service('box', 'running'),
    );
    await s.step('write', write('two'), exits(0));
    await s.step('in use', ['volume', 'restore', 'data'], exits(3), prints('tscompose stop box'));
    await s.step('stop', ['stop'], exits(0));
    await s.step('not over data', ['volume', 'restore', 'data'], exits(5), prints('--force'));
    await s.step(
      'shown',
      ['--dry-run', 'volume', 'restore', '-f', 'data'],
      exits(0),
      prints('copy the content'),
    );
    await s.step('by force', ['volume', 'restore', '--force', 'data'], exits(0));
    await s.step('start', ['start'], exits(0));
    await s.step('it is back', read, prints('one'));
    await s.step('stopped', ['volume', 'snapshot', '--stop', 'data'], exits(0), service('box', 'running'));
    await s.step('stop', ['stop'], exits(0));
    await s.step('undo', ['volume', 'undo', '--force'], exits(0));
    await s.step('start', ['start'], exits(0));
    await s.step('the later one is back', read, prints('two'));
    const { stdout } = await s.step('ids', ['volume', 'list', '-q'], exits(0));
    await s.step('rm', ['volume', 'rm', ...stdout.trim().split('\n')], exits(0), noSnapshots);
    await s.step('without', ['down', '-v', '--no-snapshot'], exits(0), nothingLeft(), noSnapshots);
  },
  { engines: ['docker'] },
);

scenario(
  'no room for the snapshot: nothing is removed, and what ran runs again',
  async (s) => {
    s.file('compose.yaml', box());
    await s.step('up', ['up', '-d'], exits(0));
    const fill = 'cd /data; for i in 1 2 3; do dd if=/dev/zero of=$i bs=1M count=1; done';
    await s.step('write', ['exec', '-T', 'box', 'sh', '-c', fill], exits(0));
    const { stdout } = await s.step('plan', ['plan', '--format', 'json', 'down', '-v'], exits(2));
    // The place that the snapshot will have is small.
    const Name = /"name": "(tscompose-snapshot-[0-9a-f]+)"/.exec(stdout)?.[1];
    const DriverOpts = { type: 'tmpfs', device: 'tmpfs', o: 'size=2m' };
    const Labels = { 'tscompose.snapshot.project': s.project };
    await engineCall(s.host, 'POST', '/volumes/create', { Name, Driver: 'local', DriverOpts, Labels });
    await s.step(
      'down',
      ['down', '-v'],
      exits(4),
      prints(/no snapshot could be made.*free/),
      service('box', 'running'),
    );
    await s.step('all is there', ['exec', '-T', 'box', 'ls', '/data'], prints('1\n2\n3'), noSnapshots);
    await s.step('with room', ['down', '-v'], exits(0), nothingLeft());
  },
  { engines: ['docker'] },
);

scenario(
  'down -v asks on a terminal, and says what goes with its size',
  async (s) => {
    s.file('compose.yaml', box());
    await s.step('up', ['up', '-d'], exits(0));
    await s.step('write', write('precious'), exits(0));
    const asked = terminal(s, ['down', '-v']);
    await asked.shows(/_data \(9 B\); a snapshot is kept for 7 days\. Go on\? \[y\/N\]/);
    asked.type('\r');
    expect(await asked.ended).toBe(130);
    await s.step('nothing was removed', ['ps'], service('box', 'running'), volumes('data'));
    const sure = terminal(s, ['down', '-v']);
    await sure.shows('Go on?');
    sure.type('y\r');
    expect(await sure.ended, sure.text).toBe(0);
    await s.step('all is gone', ['ps'], nothingLeft());
  },
  { engines: ['docker'] },
);

scenario(
  'cut short while a volume is made anew, the content is found again by the next up',
  async (s) => {
    s.file('compose.yaml', box());
    await s.step('up', ['up', '-d'], exits(0));
    await s.step('write', write('precious'), exits(0));
    for (const [n, moment] of [
      'Snapshot of .* Copied',
      'Volume .*_data Removed',
      'Volume .*_data Created',
    ].entries()) {
      s.file('compose.yaml', labelled(`v${n}`));
      await s.tscompose(['up', '-d', '-y'], {
        started: (child) => {
          child.stderr?.on('data', (text) => new RegExp(moment).test(String(text)) && child.kill('SIGKILL'));
        },
      });
      await s.step(`after ${moment}`, ['up', '-d', '-y'], exits(0), hasLabel(`v${n}`), noSnapshots);
      await s.step('the data is there', read, exits(0), prints('precious'));
    }
  },
  { engines: ['docker'] },
);

const database = `services:
  db:
    image: tscompose-base/postgres
    environment: { POSTGRES_PASSWORD: secret }
    volumes: ['data:/var/lib/postgresql/data']
    shm_size: 64m
    healthcheck:
      test: [CMD, pg_isready, -q, -h, 127.0.0.1, -U, postgres]
      interval: 1s
      timeout: 2s
      retries: 60
volumes:
  data:
`;

scenario(
  'down -v and undo: a PostgreSQL database is back, with its rows',
  async (s) => {
    const sql = (text: string) => ['exec', '-T', 'db', 'psql', '-U', 'postgres', '-tAc', text];
    s.file('compose.yaml', database);
    await s.step('up', ['up', '-d', '--wait'], exits(0));
    await s.step('rows', sql('create table t as select n from generate_series(1, 1000) n'), exits(0));
    await s.step('down', ['down', '-v'], exits(0), nothingLeft());
    await s.step('undo', ['volume', 'undo'], exits(0), volumes('data'));
    await s.step('up again', ['up', '-d', '--wait'], exits(0));
    await s.step('rows', sql('select count(*), sum(n) from t'), exits(0), prints('1000|500500'));
  },
  { engines: ['docker'] },
);
