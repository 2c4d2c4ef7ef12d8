/**
 * Watching: how long it takes from a save to the file in the container, and a storm of 10,000 files, after which both
 * trees must be the same.
 *
 *   npm run bench -- watch [SAVES]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tarOf } from '../src/engine/client/archive.ts';
import { connect } from '../src/engine/connect.ts';
import { label } from '../src/model/labels.ts';
import { hostToMeasure, median, say, timed, verdict } from './support/measure.ts';
import { treeInContainer, treeOnDisk } from './support/trees.ts';

const saves = Number(process.argv[2] ?? 40);
const files = 10_000;
const folders = 100;
const root = process.env['TSCOMPOSE_ROOT'] ?? process.cwd();
const project = `tscompose-bench-watch-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), 'tscb-'));
const engine = await connect({ host: hostToMeasure(), environment: process.env });
const results: boolean[] = [];

const src = join(folder, 'src');
mkdirSync(src);
// Prints what is in the file as soon as it is another text.
const loop =
  'o=; while :; do x=; read -r x < /app/latency 2>/dev/null; [ "$$x" = "$$o" ] || echo "$$x"; o=$$x; usleep 2000; done';
writeFileSync(
  join(folder, 'compose.yaml'),
  `services:
  web:
    image: tscompose-base/busybox
    stop_signal: SIGKILL
    command: ['sh', '-c', '${loop}']
    develop:
      watch: [{path: ./src, target: /app, action: sync}]
`,
);

function tscompose(args: readonly string[]): ChildProcess {
  const env = { ...process.env, COMPOSE_PROJECT_NAME: project };
  return spawn(join(root, 'bin/tscompose'), args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function finished(child: ChildProcess): Promise<void> {
  child.stdout?.resume();
  await new Promise((resolve) => child.once('close', resolve));
}

function says(child: ChildProcess, wanted: string): Promise<void> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (text.includes(wanted)) resolve();
    });
  });
}

/** Milliseconds from each save to the container's word. */
async function latencies(id: string): Promise<readonly number[]> {
  const times: number[] = [];
  const lines: string[] = [];
  const stop = new AbortController();
  const reading = (async () => {
    for await (const { data } of engine.logs(id, {
      follow: true,
      stdout: true,
      tail: 0,
      signal: stop.signal,
    }))
      lines.push(...Buffer.from(data).toString('utf8').trim().split('\n'));
  })();
  reading.catch(() => {});
  for (let i = 0; i < saves; i++) {
    await sleep(100 + ((i * 37) % 100));
    const text = `save ${i}`;
    const began = performance.now();
    // Half of them as editors do it: a new file takes the old one's place.
    if (i % 2 === 0) writeFileSync(join(src, 'latency'), `${text}\n`);
    else {
      writeFileSync(join(src, 'latency.new'), `${text}\n`);
      renameSync(join(src, 'latency.new'), join(src, 'latency'));
    }
    while (!lines.includes(text)) {
      if (performance.now() - began > 20_000) throw new Error(`"${text}" did not arrive`);
      await sleep(1);
    }
    times.push(performance.now() - began);
  }
  stop.abort();
  return times;
}

/** The least that it can take: one call with a tar that was made before, without looking at files. */
async function rawCalls(id: string): Promise<readonly number[]> {
  const content = Buffer.from('raw');
  const tar = await tarOf([{ target: '/tmp/raw', content, mode: 0o644, uid: 0, gid: 0 }]);
  const times: number[] = [];
  for (let i = 0; i < 15; i++) times.push(await timed(() => engine.putArchive(id, '/', tar)));
  return times;
}

function different(one: readonly string[], other: readonly string[]): readonly string[] {
  const [a, b] = [new Set(one), new Set(other)];
  return [
    ...one.filter((line) => !b.has(line)).map((line) => `here ${line}`),
    ...other.filter((line) => !a.has(line)).map((line) => `there ${line}`),
  ];
}

function storm(): void {
  const at = (i: number) => join(src, `d${i % folders}`, `f${i}`);
  for (let i = 0; i < folders; i++) mkdirSync(join(src, `d${i}`));
  for (let i = 0; i < files; i++) writeFileSync(at(i), `${i} `.repeat(1 + (i % 200)));
  for (let i = 0; i < files; i += 3) writeFileSync(at(i), `changed ${i}`);
  for (let i = 0; i < files; i += 5) rmSync(at(i));
  for (let i = 1; i < files; i += 50) renameSync(at(i), join(src, `moved${i}`));
  renameSync(join(src, 'd7'), join(src, 'e7'));
  rmSync(join(src, 'd8'), { recursive: true });
  symlinkSync('nowhere', join(src, 'link'));
  symlinkSync('d9', join(src, 'folder-link'));
}

try {
  await finished(tscompose(['up', '-d']));
  const [container] = await engine.listContainers({ labels: [`${label.project}=${project}`] });
  if (container === undefined) throw new Error('no container');
  const watching = tscompose([
    ...(process.env['TSCOMPOSE_BENCH_VERBOSE'] ? ['--verbose'] : []),
    'watch',
    '--no-up',
  ]);
  await says(watching, 'Watch enabled');
  const raw = await rawCalls(container.id);
  const times = [...(await latencies(container.id))].sort((a, b) => a - b);
  const p95 = times[Math.floor(times.length * 0.95)] ?? Number.NaN;
  say(`${saves} saves: median ${median(times).toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`);
  say(`the engine's call alone: median ${median(raw).toFixed(0)} ms`);
  results.push(verdict('median from save to container', median(times), 150, ' ms'));

  const began = performance.now();
  storm();
  const made = performance.now();
  const wanted = await treeOnDisk(src);
  let differ = wanted;
  while (differ.length > 0 && performance.now() - made < 120_000) {
    await sleep(500);
    differ = different(wanted, await treeInContainer(engine, container.id, '/app'));
  }
  say(
    `storm of ${files} files: made in ${(made - began).toFixed(0)} ms, the same ${(performance.now() - made).toFixed(0)} ms later`,
  );
  for (const line of differ.slice(0, 10)) say(`  ${line}`);
  results.push(verdict('paths that differ after the storm', differ.length, 0, ''));
  watching.kill('SIGINT');
  await finished(watching);
} finally {
  await finished(tscompose(['down', '-t', '0']));
  engine.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = results.every(Boolean) ? 0 : 1;
