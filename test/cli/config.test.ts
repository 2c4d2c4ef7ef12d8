import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLine } from '../../src/cli/main.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsc-config-'));
  const text = `name: shop
services:
  worker: { image: app, profiles: [workers], labels: { tier: backend } }
  monitor: { image: b, profiles: [workers], ports: ['\${PORT:-8080}:80'] }
  core: { image: app, labels: { tier: backend }, models: [llm], volumes: ['data:/d'] }
  twin: { image: app }
models: { llm: { model: ai/example } }
volumes: { data: }
`;
  writeFileSync(join(folder, 'compose.yaml'), text);
  const faulty = `services:
  good: { image: '\${TAG:?needed}', command: '\${A:-x\${B:+\${C}}}', cpu_count: '\${N:-many}' }
  bad: { image: b, env_file: [nowhere.env] }
`;
  writeFileSync(join(folder, 'faulty.yaml'), faulty);
  const envless = 'services: { good: { image: a }, bad: { image: b, env_file: [nowhere.env] } }';
  writeFileSync(join(folder, 'envless.yaml'), envless);
  const hooked = 'services: { a: { image: x, pre_start: [{ command: a, image: y }, { command: b }] } }';
  writeFileSync(join(folder, 'hooked.yaml'), hooked);
});
afterAll(() => rmSync(folder, { recursive: true }));

const config = (...args: readonly string[]) => line('config', ...args);

async function line(...words: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const terminal = { stdin: new PassThrough(), stdout, stderr, environment: {}, workingDir: folder };
  const code = await runLine(words, terminal);
  const read = (stream: PassThrough): string => stream.read()?.toString() ?? '';
  return { code, stdout: read(stdout), stderr: read(stderr) };
}

it('images of pre_start hooks are images of the project', async () => {
  expect((await line('-f', 'hooked.yaml', 'config', '--images')).stdout).toBe('x\ny\n');
});

it('what is printed as YAML has the models that its services use', async () => {
  expect((await config()).stdout).toContain('models:\n  llm:\n    model: ai/example\n');
  expect(JSON.parse((await config('--format', 'json')).stdout)).not.toHaveProperty('models');
});

describe('config as a list', () => {
  it.each([
    [['--services'], 'core\ntwin\n'],
    [['--images'], 'app\napp\n'],
    [['--images', '--profiles'], 'workers\n'],
    [['--hash', '*', '--volumes'], 'data\n'],
    [['--models'], 'ai/example\n'],
    [['--networks', '--images'], 'default\n'],
    [['--services', '--filter', 'profile=workers'], 'monitor\nworker\n'],
    [['--services', '--filter', 'label=tier=backend'], 'core\n'],
    [['--services', '--filter', 'profile=workers', '--filter', 'label=tier'], 'worker\n'],
    [['--services', '--filter', 'profile=unknown'], ''],
  ])('%j', async (args, stdout) => {
    expect(await config(...args)).toEqual({ code: 0, stdout, stderr: '' });
  });

  it.each([
    [['--filter', 'profile=workers'], '--filter requires --services'],
    [['--services', '--filter', 'profile=*'], 'profiles must be selected explicitly'],
    [['--services', '--filter', 'state=running'], 'unknown criteria "state"'],
    [['--hash', 'core,nope'], 'no such service: nope'],
  ])('refuses %j', async (args, message) => {
    const ended = await config(...args);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(message);
  });
});

describe('config without a model', () => {
  it('sorts keys and shows all services, whatever services are named', async () => {
    const { stdout, stderr } = await config('--no-interpolate', 'core');
    expect(stdout.match(/^ {2}\w+:/gm)).toEqual(
      ['llm', 'default', 'core', 'monitor', 'twin', 'worker', 'data'].map((name) => `  ${name}:`),
    );
    expect(stdout).toContain('- ${PORT:-8080}:80\n');
    expect(stderr).toContain('service filtering is not applied when --no-interpolate is set');
  });

  it('knows variables as a table, JSON and YAML', async () => {
    expect((await config('--variables')).stdout).toMatch(
      /^NAME +REQUIRED +DEFAULT VALUE +ALTERNATE VALUE\nPORT +false +8080\n$/,
    );
    const json =
      '{\n    "PORT": {\n        "Name": "PORT",\n        "DefaultValue": "8080",\n        "PresenceValue": "",\n        "Required": false\n    }\n}';
    expect((await config('--variables', '--format', 'json')).stdout).toBe(json);
    const yaml =
      'PORT:\n    name: PORT\n    defaultvalue: "8080"\n    presencevalue: ""\n    required: false\n';
    expect((await config('--variables', '--format', 'yaml', 'core')).stdout).toBe(yaml);
  });

  it('quotes as docker compose does', async () => {
    expect((await config('monitor')).stdout).toContain('        published: "8080"\n');
  });
});

describe('config of files with faults', () => {
  const faulty = (...args: readonly string[]) => line('-f', 'faulty.yaml', 'config', ...args);

  it('prints variables, those in defaults too, whatever is wrong with the values', async () => {
    const { code, stdout } = await faulty('--variables', '--format', 'json');
    expect(code).toBe(0);
    const uses = JSON.parse(stdout);
    expect(Object.keys(uses)).toEqual(['A', 'B', 'C', 'N', 'TAG']);
    expect(uses.TAG.Required).toBe(true);
    expect(uses.B.PresenceValue).toBe('${' + 'C}');
  });

  it('has no name that no file gives, where nothing is filled in', async () => {
    const { stdout } = await line(
      ...['-f', 'envless.yaml', 'config'],
      ...['--no-interpolate', '--no-normalize', '--format', 'json'],
    );
    expect(Object.keys(JSON.parse(stdout))).toEqual(['services']);
  });
});

describe('config of one service beside one whose env_file is missing', () => {
  it.each([
    [['--hash', 'good'], 0],
    [['--hash', 'bad'], 1],
    [['--hash', '*'], 1],
    [['--no-env-resolution', '--hash', 'bad'], 0],
    [['--services'], 0],
    [['--networks'], 0],
    [['--images'], 1],
    [['good'], 1],
  ])('%j ends with %i', async (args, code) => {
    expect((await line('-f', 'envless.yaml', 'config', ...args)).code).toBe(code);
  });
});
