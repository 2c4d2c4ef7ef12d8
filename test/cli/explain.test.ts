import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith } from '../support/folder.ts';
import { printed } from '../support/printed.ts';

const files = {
  'compose.yaml': `x-health: &health {interval: 5s}
services:
  web.1:
    extends: {file: base.yaml, service: base}
    ports: ["\${PORT:-8080}:80"]
    healthcheck: {<<: *health, test: a}
    environment: {A: "1"}
    env_file: web.env
`,
  'compose.override.yaml': 'services: {web.1: {environment: [A=2], image: "x:$TAG"}}\n',
  'base.yaml': 'services: {base: {image: base, dns: [1.1.1.1]}}\n',
  'web.env': 'PORT=1\n',
  '.env': 'TAG=7\n',
};

async function explained(path: string): Promise<string> {
  const { stdout } = await printed(folderWith(files), ['config', '--explain', path]);
  return stdout;
}

test('config --explain tells places, rules and variables', async () => {
  expect(await explained('services.web.1.image')).toBe(`services.web.1.image: "x:7"
    base.yaml:1:19 (extended)  image: base  (earlier)
    compose.override.yaml:1:40  image: "x:$TAG"
    2 places: the later one counts
    the variable TAG is "7"
`);
  expect(await explained('services.web.1.ports[0].published')).toBe(`services.web.1.ports[0].published: "8080"
    compose.yaml:5:13  "\${PORT:-8080}:80"
    long form of what is written there in short
    the variable PORT is not set: its default "8080"
`);
  expect(await explained('services.web.1.healthcheck.interval')).toContain(
    'compose.yaml:1:20  interval: 5s\n    repeated there by an alias or merge key',
  );
  expect(await explained('services.web.1.networks')).toContain('a default: nobody wrote it');
  const json = await printed(folderWith(files), [
    'config',
    '--format',
    'json',
    '--explain',
    'services.web.1.dns',
  ]);
  expect(JSON.parse(json.stdout)).toMatchObject([
    { value: '1.1.1.1', places: [{ file: 'base.yaml', line: 1, from: 'extended' }] },
  ]);
});

test('env explain tells every source, use and look-alike', async () => {
  const { stdout } = await printed(folderWith(files), ['env', 'explain'], { TAG: '8' });
  expect(stdout).toBe(`PORT is not set
    from shell: not set
    from .env: not set
    used at compose.yaml:5:13 for services.web.1.ports[0]: the default "8080"
    not from web.env:1: "1": an env_file gives variables to the containers of service "web.1", not to the files

TAG = "8"
    from shell: "8", which counts
    from .env:1: "7", hidden by the one above
    used at compose.override.yaml:1:40 for services.web.1.image: "8"
`);
  const one = await printed(folderWith(files), ['env', 'explain', 'HOME', '--format', 'json']);
  expect(JSON.parse(one.stdout)).toEqual([
    {
      name: 'HOME',
      value: '/home/nobody',
      sources: [{ source: 'shell', value: '/home/nobody' }, { source: '.env' }],
      uses: [],
      envFiles: [],
    },
  ]);
});

test('env explain works when a variable that must be set is not', async () => {
  const folder = folderWith({ 'compose.yaml': 'services: {web: {image: "nginx:${TAG:?which}"}}\n' });
  const { stdout, exit } = await printed(folder, ['env', 'explain', 'TAG']);
  expect(exit).toBe(0);
  expect(stdout).toContain('TAG is not set\n    from shell: not set\n    from .env: there is none\n');
  expect(stdout).toContain('it must be set, and is not');
});

test('schema prints the files that editors use', async () => {
  const { stdout } = await printed('/', ['schema']);
  expect(stdout).toBe(readFileSync(resolve(import.meta.dirname, '../../schemas/compose.json'), 'utf8'));
  expect((await printed('/', ['schema', 'evnts'])).stderr).toContain('did you mean "events"?');
});

test('explain knows codes in any case, and lists them', async () => {
  const { stdout } = await printed('/', ['explain', 'tsc205']);
  expect(stdout).toMatch(/^TSC205 \(warning\): two containers want the same port of the host\n/);
  expect((await printed('/', ['explain'])).stdout).toContain('TSC101  the file is not valid YAML\n');
  expect(await printed('/', ['explain', 'TSC999'])).toMatchObject({ exit: 1, stdout: '' });
});

test('every command tells its errors in the format that is asked for', async () => {
  const { stderr, exit } = await printed('/', ['explain', 'TSC999'], { TSCOMPOSE_DIAGNOSTICS: 'json' });
  expect(exit).toBe(1);
  expect(JSON.parse(stderr)).toEqual({
    diagnostics: [
      {
        severity: 'error',
        code: 'no-such-code',
        message: 'there is no code "TSC999"',
        hint: 'run "tscompose explain" for a list',
      },
    ],
  });
  const usage = await printed('/', ['ps', '--nope'], { TSCOMPOSE_DIAGNOSTICS: 'github' });
  expect(usage.stderr).toBe('::error title=usage::unknown flag: --nope%0Ahint: see tscompose ps --help\n');
});
