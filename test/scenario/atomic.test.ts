import { expect } from 'vitest';
import { projectState } from '../support/engines.ts';
import { exits, nothingLeft, prints, service, volumes } from './checks.ts';
import { type Scenario, scenario } from './scenario.ts';

interface Version {
  readonly name: string;
  /** Of web. */
  readonly command?: string;
  readonly check?: string;
  readonly networkLabel?: string;
  readonly extra?: string;
}

const group = ({ name, command = 'sleep 600', check = 'true', networkLabel = 'a', extra = '' }: Version) => `
services:
  web:
    image: tscompose-base/busybox
    command: ${command}
    stop_signal: SIGKILL
    environment: { VERSION: ${name} }
    depends_on: [db]
    healthcheck: { test: '${check}', interval: 1s, retries: 1, start_period: 0s }
  db:
    image: tscompose-base/busybox
    command: sleep 600
    stop_signal: SIGKILL
    environment: { VERSION: ${name} }
    volumes: ['data:/data']
networks:
  default: { labels: { version: ${networkLabel} } }
volumes:
  data:
  ${extra}
`;

/** Ids, names and states, so that "as before" means the same containers. */
async function picture(s: Scenario): Promise<unknown> {
  const { containers, networks, volumes: names } = await projectState(s.host, s.project);
  return { containers: containers.map((c) => [c.id, c.name, c.state]).sort(), networks, names };
}

scenario('up --atomic goes back to what ran before if the new version fails', async (s) => {
  s.file('compose.yaml', group({ name: 'one' }));
  await s.step('first', ['up', '-d', '--atomic'], exits(0), service('web', 'running'));
  const before = await picture(s);
  s.file('compose.yaml', group({ name: 'two', command: 'sh -c "echo broken; exit 7"' }));
  await s.step(
    'a version that ends',
    ['up', '-d', '--atomic'],
    exits(4),
    prints('going back to what ran before'),
    prints('broken'),
    prints('what ran before runs again'),
  );
  expect(await picture(s)).toEqual(before);
  s.file('compose.yaml', group({ name: 'two', networkLabel: 'b', check: 'false' }));
  await s.step('one that is ill, on a new network', ['up', '-d', '--atomic'], exits(4));
  expect(await picture(s)).toEqual(before);
  await s.step('the old network works', ['exec', '-T', 'web', 'nslookup', 'db'], prints(/Address.*\d/));
  s.file('compose.yaml', group({ name: 'two', networkLabel: 'b' }));
  await s.step('a good one', ['up', '-d', '--atomic'], exits(0), service('web', 'running'));
  expect(await picture(s)).not.toEqual(before);
  await s.step('is settled', ['plan'], exits(0));
});

scenario('up --atomic of a new group leaves nothing when it fails', async (s) => {
  s.file('compose.yaml', group({ name: 'one', command: 'sh -c "exit 3"' }));
  await s.step('up', ['up', '-d', '--atomic'], exits(4), nothingLeft());
});

scenario('Ctrl-C during up --atomic leads back too', async (s) => {
  s.file('compose.yaml', group({ name: 'one' }));
  await s.step('first', ['up', '-d'], exits(0));
  const before = await picture(s);
  // Its check never passes and is never given up.
  s.file('compose.yaml', group({ name: 'two', check: 'false' }).replace('retries: 1', 'retries: 1000'));
  const ended = await s.tscompose(['up', '-d', '--atomic'], { interruptWhen: /web-1 Waiting/ });
  expect(ended.code, ended.stderr).toBe(4);
  expect(await picture(s)).toEqual(before);
  await volumes('data')({ scenario: s, ended });
});
