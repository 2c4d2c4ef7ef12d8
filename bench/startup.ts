/**
 * CPU (user and system) of short commands as multiples of `node -e 0`, pairwise in one run. NODE_EXTRA_CA_CERTS is
 * taken away on both sides: reading certificates would hide the difference. The cache of compiled code is warm.
 *
 *   npm run bench -- startup [ROUNDS]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, say, verdict } from './support/measure.ts';

const rounds = Number(process.argv[2] ?? 15);
const folder = mkdtempSync(join(tmpdir(), 'startup-'));
const root = process.cwd();
const bin = join(root, 'bin/tscompose');
const standalone = process.env['TSCOMPOSE_STANDALONE'];
const project = `startup${process.pid}`;
const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...environment } = process.env;
const env = { ...environment, COMPOSE_PROJECT_NAME: project, XDG_CACHE_HOME: folder };

/** Milliseconds of CPU that a command takes. @throws Error if it fails */
function cpu(command: readonly string[]): number {
  const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null';
  const ended = spawnSync('bash', ['-c', script, 'bash', ...command], { cwd: folder, env, encoding: 'utf8' });
  if (ended.status !== 0) throw new Error(`${command.join(' ')}: ${ended.stderr}`);
  const [user = 0, system = 0] = ended.stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  return (user + system) * 1000;
}

const service = (i: number) => `  s${i}:
    image: tscompose-base/busybox
    command: sleep 600
    stop_signal: SIGKILL
    environment: { A: "\${A:-x}", B: two }
    ports: ["127.0.0.1::${8000 + i}"]
    labels: { tier: "${i % 3}" }
    ${i > 0 ? `depends_on: [s${i - 1}]` : 'restart: "no"'}
`;
writeFileSync(
  join(folder, 'compose.yaml'),
  `services:\n${Array.from({ length: 10 }, (_, i) => service(i)).join('')}`,
);
const ours = (program: readonly string[], ...args: string[]) => [...program, ...args];
const onNode = [process.execPath, bin];
const cases: { name: string; command: readonly string[]; target: number }[] = [
  { name: '--version', command: ours(onNode, '--version'), target: 1.25 },
  { name: 'config of 10 services', command: ours(onNode, 'config'), target: 1.9 },
];
const running = process.env['DOCKER_HOST'] !== undefined;
if (running) cases.push({ name: 'ps of a running project', command: ours(onNode, 'ps'), target: 2.5 });
if (standalone) cases.push({ name: 'standalone --version', command: [standalone, '--version'], target: 0.4 });

const results: boolean[] = [];
try {
  if (running) {
    const up = spawnSync(process.execPath, [bin, 'up', '-d', 's0', 's1', 's2'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    if (up.status !== 0) throw new Error(up.stderr);
  }
  for (const { command } of cases) for (let i = 0; i < 2; i++) cpu(command);
  const base: number[] = [];
  const times = cases.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    base.push(cpu([process.execPath, '-e', '0']));
    for (const [i, { command }] of cases.entries()) times[i]!.push(cpu(command));
  }
  say(`node -e 0: ${median(base).toFixed(0)} ms of CPU (median of ${rounds})`);
  cases.forEach(({ name, target }, i) => {
    const ratio = median(times[i]!.map((time, round) => time / base[round]!));
    say(`${name}: ${median(times[i]!).toFixed(0)} ms`);
    results.push(verdict(`${name} against node -e 0`, ratio, target, ' x'));
  });
} finally {
  if (running) spawnSync(process.execPath, [bin, 'down', '-v'], { cwd: folder, env });
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = results.every((met) => met) ? 0 : 1;
