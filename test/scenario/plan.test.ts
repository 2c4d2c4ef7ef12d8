import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { engineCall, projectState } from '../support/engines.ts';
import { exits, nothingLeft, prints, printsNot, service } from './checks.ts';
import { type Scenario, scenario } from './scenario.ts';

const group = (value = 'one') => `services:
  web:
    image: tscompose-base/busybox
    command: sleep 600
    stop_signal: SIGKILL
    environment: { VALUE: ${value} }
    depends_on: [db]
  db:
    image: tscompose-base/busybox
    command: sleep 600
    stop_signal: SIGKILL
    volumes: ['data:/data', '/cache']
volumes:
  data:
`;

/** All that an engine shows of a project, times of starts and the image it uses included. */
async function everything(s: Scenario): Promise<unknown> {
  const state = await projectState(s.host, s.project);
  const containers = await Promise.all(
    state.containers.map(async ({ id }) => {
      const { body } = await engineCall(s.host, 'GET', `/containers/${id}/json`);
      const { State, Name, HostConfig, Config, RestartCount } = body as Record<string, unknown>;
      return { State, Name, HostConfig, Config, RestartCount };
    }),
  );
  // Others make images on this engine meanwhile: only those that the project has made or uses are looked at.
  const { body } = await engineCall(s.host, 'GET', '/images/tscompose-base/busybox/json');
  const used = (body as { Id?: string }).Id;
  return {
    containers,
    networks: state.networks,
    volumes: state.volumes,
    made: state.images.toSorted(),
    used,
  };
}

const changing: readonly (readonly string[])[] = [
  ['up', '-d', '--force-recreate'],
  ['up', '--no-start', '-V'],
  ['create'],
  ['scale', 'web=3'],
  ['run', '--rm', 'web', 'true'],
  ['restart', 'web'],
  ['stop'],
  ['start'],
  ['kill'],
  ['pause'],
  ['rm', '-s', '-v'],
  ['rm', '-f'],
  ['build'],
  ['pull', '--policy', 'missing'],
  ['down', '-v', '--rmi', 'all', '--remove-orphans'],
];

scenario('--dry-run shows the plan of any changing command and changes nothing', async (s) => {
  s.file('compose.yaml', group());
  await s.step('up', ['up', '-d'], exits(0));
  const before = await everything(s);
  s.file('compose.yaml', group('two'));
  for (const args of changing) {
    await s.step('dry', ['--dry-run', ...args], exits(0), prints(`Plan: ${args[0]} of ${s.project}`));
    const planned = await s.tscompose(['plan', ...args]);
    expect([0, 2], planned.stderr).toContain(planned.code);
    expect(planned.stdout.includes('Nothing to do')).toBe(planned.code === 0);
  }
  expect(await everything(s)).toEqual(before);
  await s.step(
    'it says what is lost',
    ['plan', 'down', '-v'],
    exits(2),
    prints(/keep a snapshot of volume \S+_data for 7 days.*keeps \S+_data \(\d/),
    printsNot('DATA LOSS'),
  );
  await s.step(
    'without a snapshot it says that the data is lost',
    ['plan', 'down', '-v', '--no-snapshot'],
    exits(2),
    prints(/remove volume \S+_data.*DATA LOSS \S+_data \(\d/),
    prints('web: it ends'),
  );
  await s.step('down without -v loses nothing', ['plan', 'down'], exits(2), printsNot('DATA LOSS'));
});

scenario('a plan in a file is executed exactly, or refused when the world has moved', async (s) => {
  s.file('compose.yaml', group());
  await s.step('plan', ['plan', '-o', 'up.plan', 'up', '-d'], exits(2), prints('create volume'));
  await s.step(
    'with services',
    ['up', '--plan', 'up.plan', 'web'],
    exits(1),
    prints('which services are meant'),
  );
  await s.step('of another command', ['down', '--plan', 'up.plan'], exits(3), prints('is a plan of "up"'));
  await s.step('as planned', ['up', '--plan', 'up.plan'], exits(0), service('web', 'running'));
  await s.step(
    'twice',
    ['up', '--plan', 'up.plan'],
    exits(3),
    prints('has changed since the plan was made'),
    prints('no longer planned: create network'),
  );
  s.file('compose.yaml', group('two'));
  await s.step('a change', ['plan', '-o', 'up.plan', 'up', '-d', 'web'], exits(2), prints('one -> two'));
  await s.step('is refused with other options', ['up', '--plan', 'up.plan', '--force-recreate'], exits(3));
  s.file('compose.yaml', group('three'));
  await s.step('and when the file moves', ['up', '--plan', 'up.plan'], exits(3));
  s.file('compose.yaml', group('two'));
  const { containers } = await projectState(s.host, s.project);
  const db = containers.find(({ name }) => name.includes('db'))!;
  await engineCall(s.host, 'POST', `/containers/${db.id}/stop?t=0`);
  await s.step(
    'and when a container ends',
    ['up', '--plan', 'up.plan'],
    exits(3),
    prints('planned now: start'),
  );
  await engineCall(s.host, 'POST', `/containers/${db.id}/start`);
  await s.step('else it goes', ['up', '--plan', 'up.plan'], exits(0), service('db', 'running'));
  await s.step('nothing is left', ['plan'], exits(0));
  await s.step('plan the end', ['plan', 'down', '-v', '-o', 'down.plan'], exits(2));
  writeFileSync(join(s.folder, 'no.plan'), '{"format":9}');
  await s.step('what is no plan', ['down', '--plan', 'no.plan'], exits(3), prints('its format is 9'));
  await s.step('what is not there', ['down', '--plan', 'none'], exits(3), prints("can't read the plan"));
  await s.step('the end', ['down', '--plan', 'down.plan'], exits(0), nothingLeft());
});
