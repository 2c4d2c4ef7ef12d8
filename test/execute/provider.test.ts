import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withProviderEdges } from '../../src/execute/provider/edges.ts';
import { findProvider } from '../../src/execute/provider/find.ts';
import { readDescription } from '../../src/execute/provider/metadata.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { PlanWriter, run } from './plans.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tscp-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A provider as a shell script in PATH. */
function provider(name: string, script: string): Readonly<Record<string, string>> {
  const bin = join(folder, name);
  mkdirSync(bin, { recursive: true });
  const path = join(bin, name);
  writeFileSync(
    path,
    `#!/bin/sh\n[ "$2" = metadata ] && { ${name.startsWith('meta') ? meta : 'exit 1'}; }\n${script}\n`,
  );
  chmodSync(path, 0o755);
  return { PATH: `${bin}:${process.env['PATH']}`, HOME: folder };
}

const meta = `echo '{"up":{"parameters":[{"name":"size"}]}}'; exit 0`;

function plan(type: string, action: 'up' | 'down' | 'stop' = 'up', options = {}): PlanWriter {
  const w = new PlanWriter();
  w.create('web', [], {
    Env: ['DB_URL=old', 'B=c'],
    Labels: { 'com.docker.compose.depends_on': 'db:service_started:false' },
  });
  w.add({ kind: 'run-provider', service: 'db', action, type, options });
  return w;
}

describe('a provider', () => {
  test('gives variables to the services that depend on it, which are made after it', async () => {
    const environment = provider(
      'good',
      `echo '{"type":"info","message":"working on it"}'
       echo '{"type":"setenv","message":"URL=http://db:1"}'
       echo '{"type":"rawsetenv","message":"REGION=here"}'
       echo '{"type":"debug","message":"x"}'
       echo "{\\"type\\":\\"rawsetenv\\",\\"message\\":\\"ARGS=$*\\"}"`,
    );
    const fake = new FakeEngine();
    const { result, lines, events } = await run(plan('good', 'up', { size: ['1', '2'] }).plan(), fake, {
      environment,
    });
    expect(result.failures).toEqual([]);
    expect(events.flatMap((event) => (event.type === 'notice' ? [event.message] : []))).toEqual([
      'provider "db" overrides environment variable "DB_URL" in service "web"',
    ]);
    expect(lines.slice(0, 3)).toEqual(['db Creating', 'db working on it', 'db Created']);
    expect(fake.container('shop-web-1')!.body.Env).toEqual([
      ...['B=c', 'DB_URL=http://db:1', 'REGION=here'],
      'ARGS=compose --project-name=shop up --size=1 --size=2 db',
    ]);
  });

  test('gets only the options that it describes', async () => {
    const environment = provider('meta1', `echo "{\\"type\\":\\"rawsetenv\\",\\"message\\":\\"ARGS=$*\\"}"`);
    const fake = new FakeEngine();
    await run(plan('meta1', 'up', { size: ['1'], other: ['2'] }).plan(), fake, { environment });
    expect(fake.container('shop-web-1')!.body.Env).toContain(
      'ARGS=compose --project-name=shop up --size=1 db',
    );
  });

  test('may ask for the service', async () => {
    const environment = provider(
      'asks',
      `echo '{"type":"get-service-config"}'; read line; echo "{\\"type\\":\\"rawsetenv\\",\\"message\\":\\"GOT=$line\\"}"`,
    );
    const fake = new FakeEngine();
    await run(plan('asks').plan(), fake, { environment, serviceConfig: (name) => `config of ${name}` });
    expect(fake.container('shop-web-1')!.body.Env).toContain('GOT=config of db');
  });

  test.each([
    [
      'says error',
      `echo '{"type":"error","message":"no money"}'; exit 1`,
      'failed to create service "db": no money',
    ],
    ['ends with a code', 'echo oh >&2; exit 3', 'failed to create service "db": oh'],
    ['talks nonsense', 'echo hello', 'failed to create service "db": invalid response from provider: hello'],
  ])('that %s fails, and what depends on it is not made', async (name, script, message) => {
    const type = name.replaceAll(' ', '-');
    const fake = new FakeEngine();
    const { result } = await run(plan(type).plan(), fake, { environment: provider(type, script) });
    expect(result.exitCode).toBe(1);
    expect(result.failures[0]!.message).toBe(message);
    expect(fake.containers.size).toBe(0);
  });

  test('that is not there is named, with what to do', async () => {
    const { result } = await run(plan('nowhere').plan(), new FakeEngine(), { environment: { HOME: folder } });
    expect(result.failures[0]!.message).toBe('service "db": there is no provider "nowhere"');
  });

  test('that does not describe "stop" is not asked to', async () => {
    const environment = provider('plain', 'exit 9');
    const w = new PlanWriter();
    w.add({ kind: 'run-provider', service: 'db', action: 'stop', type: 'plain', options: {} });
    const { result, lines } = await run(w.plan(), new FakeEngine(), { environment });
    expect([result.exitCode, lines]).toEqual([0, []]);
  });
});

test('a docker plugin comes before a program of the same name', () => {
  const plugins = join(folder, 'docker', 'cli-plugins');
  mkdirSync(plugins, { recursive: true });
  writeFileSync(join(plugins, 'docker-both'), '');
  chmodSync(join(plugins, 'docker-both'), 0o755);
  const environment = { ...provider('both', ''), DOCKER_CONFIG: join(folder, 'docker') };
  expect(findProvider('both', environment)).toBe(join(plugins, 'docker-both'));
  expect(findProvider('compose', environment)).toBeUndefined();
  expect(findProvider('../both', environment)).toBeUndefined();
});

test('edges are added only where they make no cycle', () => {
  const w = plan('x');
  const [web, db] = w.nodes;
  expect(withProviderEdges(w.nodes)[0]!.after).toEqual([2]);
  expect(withProviderEdges([web!, { ...db!, after: [1] }])[0]!.after).toEqual([]);
});

test.each([
  ['not JSON', 'up', false, undefined],
  ['{"up":{}}', 'up', true, undefined],
  ['{"up":{"parameters":[{"name":"a"},{"x":1},7]}}', 'up', true, ['a']],
  ['{"down":{}}', 'up', false, undefined],
  ['{"down":{"parameters":[]}}', 'up', false, []],
  ['{"description":"x","stop":{"parameters":null}}', 'stop', true, []],
  ['{"description":"x","stop":null}', 'stop', false, []],
])('metadata %s', (text, of, action, options) => {
  expect(readDescription(text, of)).toEqual({ action, options });
});
