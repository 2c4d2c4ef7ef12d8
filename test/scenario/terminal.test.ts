import { expect } from 'vitest';
import { engineCall, projectState } from '../support/engines.ts';
import { TestTerminal } from '../support/terminal.ts';
import { exits, service } from './checks.ts';
import { type Scenario, scenario } from './scenario.ts';

const image = 'image: tscompose-base/busybox\n    stop_signal: SIGKILL';
const ctrl = (letter: string) => String.fromCharCode(letter.charCodeAt(0) - 64);

interface More {
  readonly cols?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

function terminal(s: Scenario, args: readonly string[], { env: own, ...more }: More = {}) {
  const env = { DOCKER_HOST: s.host, COMPOSE_PROJECT_NAME: s.project, NO_COLOR: '1', ...own };
  return new TestTerminal(args, { program: s.program, cwd: s.folder, env, ...more });
}

scenario('exec on a terminal: keys, size and its changes, Ctrl-C, exit code, detach keys', async (s) => {
  s.file('compose.yaml', `services:\n  a:\n    ${image}\n    command: sleep 600\n`);
  await s.step('up', ['up', '-d'], exits(0));
  const shell = terminal(s, ['exec', 'a', 'sh'], { cols: 91, rows: 33 });
  await shell.shows('#');
  shell.type('stty size\n');
  await shell.shows('33 91');
  shell.resize(70, 20);
  // The new size is on its way; the shell asks when it is there.
  shell.type('for i in 1 2 3 4 5 6 7 8 9; do stty size; sleep 0.1; done\n');
  await shell.shows('20 70');
  shell.type('echo first; sleep 100; echo after\n');
  await shell.shows(/^first$/m);
  shell.type(ctrl('C'));
  shell.type('echo "alive $((40+2))"\n');
  await shell.shows('alive 42');
  expect(shell.text).not.toMatch(/^after$/m);
  shell.type('exit 7\n');
  expect(await shell.ended).toBe(7);
  const other = terminal(s, ['exec', 'a', 'sh', '-c', 'echo started; sleep 600']);
  await other.shows('started');
  other.type(`${ctrl('P')}${ctrl('Q')}`);
  expect(await other.ended).toBe(0);
  s.file('docker/config.json', '{"detachKeys": "ctrl-x,q"}');
  const env = { DOCKER_CONFIG: `${s.folder}/docker` };
  const own = terminal(s, ['exec', 'a', 'sh', '-c', 'echo started; sleep 600'], { env });
  await own.shows('started');
  own.type(`${ctrl('X')}q`);
  expect(await own.ended).toBe(0);
  await s.step('the container goes on', ['ps'], service('a', 'running'));
});

scenario('exec and run without a terminal: input to its end, streams apart, exit code', async (s) => {
  s.file('compose.yaml', `services:\n  a:\n    ${image}\n    command: sleep 600\n`);
  await s.step('up', ['up', '-d'], exits(0));
  const input = `${'x'.repeat(300_000)}\nend\n`;
  const counted = await s.tscompose(['exec', '-T', 'a', 'sh', '-c', 'wc -c; echo e >&2; exit 3'], { input });
  expect(counted).toEqual({ code: 3, stdout: `${input.length}\n`, stderr: 'e\n' });
  const echoed = await s.tscompose(['exec', 'a', 'cat'], { input: 'through a pipe\n' });
  expect(echoed).toEqual({ code: 0, stdout: 'through a pipe\n', stderr: '' });
  const run = await s.tscompose(['run', '--rm', '-q', '-T', 'a', 'sh', '-c', 'wc -c; exit 4'], { input });
  expect([run.code, run.stdout]).toEqual([4, `${input.length}\n`]);
  const name = `${s.project}-once`;
  await s.step('a detached run', ['run', '-d', '--rm', '--name', name, 'a', 'true'], exits(0));
  const isThere = async () =>
    (await projectState(s.host, s.project)).containers.some((one) => one.name === name);
  for (const end = Date.now() + 15_000; Date.now() < end && (await isThere()); ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await isThere(), 'the engine removes it in the end').toBe(false);
});

scenario('run on a terminal: size, keys, exit code; the container is gone', async (s) => {
  s.file('compose.yaml', `services:\n  a:\n    ${image}\n    command: sleep 600\n`);
  const shell = terminal(s, ['--progress', 'quiet', 'run', '--rm', 'a', 'sh'], { cols: 77, rows: 22 });
  await shell.shows('#');
  shell.type('for i in 1 2 3 4 5 6 7 8 9; do stty size; sleep 0.1; done\n');
  await shell.shows('22 77');
  shell.type('exit 5\n');
  expect(await shell.ended).toBe(5);
  expect((await projectState(s.host, s.project)).containers).toEqual([]);
});

scenario('run passes signals on to the process, and its answer to them through', async (s) => {
  s.file('compose.yaml', `services:\n  a:\n    ${image}\n    command: sleep 600\n`);
  const command = 'trap "echo got it; exit 9" TERM INT; echo ready; while :; do sleep 0.1; done';
  const ended = await s.tscompose(['run', '--rm', '-T', 'a', 'sh', '-c', command], {
    interruptWhen: /ready/,
  });
  expect(ended.code, ended.stderr).toBe(9);
  expect(ended.stdout).toContain('got it');
});

scenario('attach: output, input, signals, detach keys, exit code', async (s) => {
  const loop = 'trap "echo interrupted" INT; read x; echo "read $$x"; while :; do sleep 0.1; done';
  s.file(
    'compose.yaml',
    `services:
  term:
    ${image}
    tty: true
    stdin_open: true
    command: sh
  plain:
    ${image}
    stdin_open: true
    command: ['sh', '-c', '${loop.replaceAll("'", "''")}']
`,
  );
  await s.step('up', ['up', '-d'], exits(0));
  const shell = terminal(s, ['attach', '--detach-keys', 'ctrl-x,y', 'term'], { cols: 66, rows: 21 });
  shell.type('for i in 1 2 3 4 5 6 7 8 9; do stty size; sleep 0.1; done\n');
  await shell.shows('21 66');
  shell.type(`${ctrl('X')}y`);
  expect(await shell.ended).toBe(0);
  await s.step('it goes on', ['ps'], service('term', 'running'));
  const again = terminal(s, ['attach', 'term']);
  again.type('exit 6\n');
  expect(await again.ended).toBe(6);
  // Without a terminal Ctrl-C goes to the process, which lives on here.
  const plain = terminal(s, ['attach', 'plain']);
  plain.type('hello\n');
  await plain.shows('read hello');
  plain.type(ctrl('C'));
  await plain.shows(/interrupted$/m);
  const { containers } = await projectState(s.host, s.project);
  const id = containers.find(({ name }) => name.endsWith('-plain-1'))?.id;
  await engineCall(s.host, 'POST', `/containers/${id}/kill?signal=SIGKILL`);
  expect(await plain.ended).toBe(137);
  const stopped = await s.tscompose(['attach', 'plain']);
  expect([stopped.code, stopped.stderr]).toEqual([
    1,
    expect.stringContaining('service "plain" is not running'),
  ]);
});

const stubborn = `trap "echo not yet" TERM; echo up; while :; do sleep 0.1; done`;
const group = `services:
  a:
    image: tscompose-base/busybox
    stop_grace_period: 60s
    command: ['sh', '-c', '${stubborn}']
  b:
    ${image}
    command: sh -c 'echo b is up; sleep 600'
`;

scenario('up on a terminal: the menu shows, detaches, and leaves the containers running', async (s) => {
  s.file('compose.yaml', group);
  const up = terminal(s, ['up'], { cols: 60 });
  await up.shows('b-1  | b is up');
  await up.shows('d Detach');
  up.type('v');
  await up.shows(/NAME +STATUS +PORTS\na-1 +Up/);
  up.type('w');
  await up.shows('Watch is not configured');
  up.resize(20, 24);
  await up.shows(/v View containers +…/);
  up.type('d');
  expect(await up.ended).toBe(0);
  await s.step('all run', ['ps'], exits(0), service('a', 'running'), service('b', 'running'));
  const plain = terminal(s, ['up', '--menu=false']);
  await plain.shows('Attaching to a-1, b-1');
  plain.type('d');
  plain.type(ctrl('C'));
  await plain.shows('not yet');
  expect(plain.text).not.toContain('Detach');
  plain.type(ctrl('C'));
  expect(await plain.ended).toBe(130);
  await s.step('killed', ['ps', '-a'], exits(0), service('a', 'exited'), service('b', 'exited'));
});

scenario('Ctrl-C twice in an attached up kills what does not stop; once stops it', async (s) => {
  s.file('compose.yaml', group);
  const up = terminal(s, ['up']);
  await up.shows('d Detach');
  up.type(ctrl('C'));
  await up.shows('Gracefully Stopping... press Ctrl+C again to force');
  await up.shows('a-1  | not yet');
  const before = Date.now();
  up.type(ctrl('C'));
  expect(await up.ended).toBe(130);
  expect(Date.now() - before).toBeLessThan(20_000);
  await s.step('none runs', ['ps', '-a'], exits(0), service('a', 'exited'), service('b', 'exited'));
});
