import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { engineCall, podman, projectState } from '../support/engines.ts';
import { background } from './background.ts';
import { exits, prints, printsNot } from './checks.ts';
import { scenario } from './scenario.ts';

const image = 'image: tscompose-base/busybox\n    stop_signal: SIGKILL';
const counting = (mark: string, pause = 0.02) =>
  `sh -c 'i=0; while [ $$i -lt 15 ]; do echo "${mark} $$i"; i=$$((i+1)); sleep ${pause}; done; sleep 600'`;

scenario('logs of several containers come merged by time, and through the options', async (s) => {
  s.file(
    'compose.yaml',
    `services:
  a:
    ${image}
    command: sh -c 'for i in 1 2 3; do echo "a$$i"; sleep 0.2; done; sleep 1; echo "ERROR a4" >&2; printf "no end"'
    # So the others have ended when this one does.
    depends_on: [bb]
  bb:
    ${image}
    command: sh -c 'sleep 0.1; for i in 1 2 3; do echo "b$$i"; sleep 0.2; done; echo "INFO b4"'
    scale: 2
`,
  );
  await s.step('up', ['up', '--no-attach', 'bb'], exits(0), prints('a-1  | a1'), printsNot('bb-1  |'));
  const { stdout } = await s.step('logs', ['logs', '-t'], exits(0));
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(13);
  const times = lines.map((line) => line.split(/\s+/)[2] ?? '');
  expect(times).toEqual([...times].sort());
  await s.step(
    'one number',
    ['logs', '--index', '2', 'bb'],
    exits(0),
    prints('bb-2  | b1'),
    printsNot('bb-1'),
  );
  await s.step('no such number', ['logs', '--index', '3', 'bb'], exits(1), prints('no container #3'));
  await s.step('tail', ['logs', '-n', '1', 'bb'], exits(0), prints('bb-1  | INFO b4'), printsNot('b3'));
  await s.step(
    'grep',
    ['logs', '--grep', '^b[23]', '--no-log-prefix'],
    exits(0),
    prints('b3'),
    printsNot('b1'),
  );
  await s.step('level', ['logs', '--level', 'error'], exits(0), prints('ERROR a4'), printsNot('INFO b4'));
  const json = await s.step('json', ['logs', '--json', 'a'], exits(0));
  expect(
    json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { service: 'a', replica: 1, stream: 'stdout', line: 'a1' },
    { line: 'a2' },
    { line: 'a3' },
    { stream: 'stderr', line: 'ERROR a4' },
    { stream: 'stdout', line: 'no end' },
  ]);
  await s.step('since then', ['logs', '--since', '1h', 'a'], exits(0), prints('a1'));
  await s.step('until then', ['logs', '--until', '1h', 'a'], exits(0), printsNot('a1'));
  await s.step('no earlier run', ['logs', '--previous', 'a'], exits(1), prints('no earlier run of a-1'));
  await s.step('again', ['up', 'a'], exits(0));
  const earlier = await s.step('an earlier run', ['logs', '--previous', '--no-log-prefix', 'a'], exits(0));
  expect(earlier.stdout.match(/a1/g)).toHaveLength(1);
});

scenario('long lines, bytes that are no text and terminals come through as they are', async (s) => {
  s.file(
    'compose.yaml',
    `services:
  long:
    ${image}
    command: sh -c 'head -c 300000 /dev/zero | tr "\\0" x; echo; printf "\\377\\001\\n"'
  term:
    ${image}
    tty: true
    command: sh -c 'echo one; head -c 40000 /dev/zero | tr "\\0" y; echo; printf "prompt> "'
`,
  );
  await s.step('up', ['up', '--no-attach', 'long', '--no-attach', 'term'], exits(0));
  const { stdout } = await s.step('a long line', ['logs', '--no-log-prefix', 'long'], exits(0));
  expect(stdout.split('\n')[0]).toBe('x'.repeat(300_000));
  const term = await s.step('a terminal', ['logs', '--no-log-prefix', 'term'], exits(0));
  expect(term.stdout).toBe(`one\n${'y'.repeat(40_000)}\nprompt> \n`);
});

scenario(
  'logs -f loses and doubles nothing through restarts, kills, scaling and new containers',
  async (s) => {
    const file = (mark: string, scale = 1) => {
      s.file(
        'compose.yaml',
        `services:\n  a:\n    ${image}\n    command: ${counting(mark)}\n    scale: ${scale}\n`,
      );
    };
    file('m0');
    await s.step('up', ['up', '-d'], exits(0));
    const follower = background(s, ['logs', '-f']);
    await follower.until((text) => text.includes('m0 14'));
    await s.step('restart', ['restart', '-t', '0'], exits(0));
    await follower.until((text) => text.split('m0 14').length === 3);
    await s.step('kill', ['kill'], exits(0));
    await s.step('start', ['start'], exits(0));
    await follower.until((text) => text.split('m0 14').length === 4);
    file('m0', 2);
    await s.step('scale', ['up', '-d'], exits(0));
    await follower.until((text) => text.includes('a-2  | m0 14'));
    expect(await follower.interrupt()).toBe(130);
    const lines = follower.text().trimEnd().split('\n');
    const numbers = (name: string) =>
      lines.filter((line) => line.startsWith(name)).map((line) => Number(line.split(' ').at(-1)));
    const once = Array.from({ length: 15 }, (_, i) => i);
    expect(numbers('a-1')).toEqual([...once, ...once, ...once]);
    expect(numbers('a-2')).toEqual(once);
  },
);

scenario('recreations under logs -f: no numbered line is lost or doubled, all are in order', async (s) => {
  // Podman takes seconds for each.
  const rounds = s.host === podman ? 6 : 30;
  const write = (round: number) =>
    s.file('compose.yaml', `services:\n  a:\n    ${image}\n    command: ${counting(`r${round}`, 0.01)}\n`);
  write(0);
  await s.step('up', ['up', '-d'], exits(0));
  const follower = background(s, ['logs', '-f', '--no-log-prefix']);
  const wanted: string[] = [];
  for (let round = 0; round <= rounds; round++) {
    write(round);
    const ended = await s.tscompose(['up', '-d']);
    expect(ended.code, ended.stderr).toBe(0);
    await follower.until((text) => text.includes(`r${round} 14\n`));
    for (let i = 0; i < 15; i++) wanted.push(`r${round} ${i}`);
  }
  expect(await follower.interrupt()).toBe(130);
  expect(follower.text().trimEnd().split('\n')).toEqual(wanted);
});

scenario(
  '100 MB of logs need less than 150 MiB',
  async (s) => {
    s.file(
      'compose.yaml',
      `services:\n  big:\n    ${image}\n    command: ['awk', 'BEGIN{s=sprintf("%990s","");for(i=0;i<100000;i++)print s,i}']\n`,
    );
    await s.step('up', ['up', '--no-attach', 'big'], exits(0));
    const env = { ...process.env, DOCKER_HOST: s.host, COMPOSE_PROJECT_NAME: s.project };
    const child = spawn(s.program, ['logs'], { cwd: s.folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let bytes = 0;
    let lines = 0;
    let highest = 0;
    const look = setInterval(() => {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      highest = Math.max(highest, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    }, 50);
    child.stdout.on('data', (part: Buffer) => {
      bytes += part.length;
      for (const byte of part) if (byte === 10) lines += 1;
    });
    const code = await new Promise((done) => {
      child.once('close', done);
    });
    clearInterval(look);
    expect(code).toBe(0);
    expect(lines).toBe(100_000);
    expect(bytes).toBeGreaterThan(100_000_000);
    expect(highest).toBeGreaterThan(0);
    expect(highest / 1024).toBeLessThan(150);
  },
  { engines: ['docker'] },
);

scenario('the logs of a container that was removed while it is followed end, others go on', async (s) => {
  s.file(
    'compose.yaml',
    `services:\n  a:\n    ${image}\n    command: ${counting('a')}\n  b:\n    ${image}\n    command: sh -c 'sleep 1; echo late; sleep 600'\n`,
  );
  await s.step('up', ['up', '-d'], exits(0));
  const follower = background(s, ['logs', '-f']);
  await follower.until((text) => text.includes('a 0'));
  const { containers } = await projectState(s.host, s.project);
  const gone = containers.find(({ name }) => name.endsWith('-a-1'));
  await engineCall(s.host, 'DELETE', `/containers/${gone?.id}?force=1`);
  await follower.until((text) => text.includes('late'));
  expect(await follower.interrupt()).toBe(130);
});
