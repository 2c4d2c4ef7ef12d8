/**
 * Builds with a warm cache: 6 services from one context against the raw engine calls that do the same, in one
 * run and in turns; and what goes over the wire for a large context of which nothing has changed.
 *
 *   npm run bench -- build [ROUNDS]
 */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../src/engine/connect.ts';
import type { Engine } from '../src/engine/engine.ts';
import { openContext } from '../src/execute/build/context.ts';
import { execute } from '../src/execute/execute.ts';
import { label } from '../src/model/labels.ts';
import type { Project } from '../src/model/project.ts';
import { observe } from '../src/observe/collect.ts';
import { planBuild } from '../src/plan/build.ts';
import { hostToMeasure, median, say, timed, verdict } from './support/measure.ts';
import { projectOf } from './support/ours.ts';

const rounds = Number(process.argv[2] ?? 11);
const services = 6;
const filesOfProject = 300;
const filesOfLarge = 20_000;
const host = hostToMeasure();
const engine = await connect({ host, environment: process.env });
const folder = mkdtempSync(join(tmpdir(), 'tscb-'));
const names = Array.from({ length: services }, (_, i) => `s${i}`);
const results: boolean[] = [];

/** @param size bytes of each file */
function makeContext(name: string, files: number, size: number): string {
  const context = join(folder, name);
  for (let i = 0; i < files; i++) {
    const below = join(context, `d${i % 100}`);
    if (i < 100) mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `f${i}`), `${i} `.repeat(size / 6));
  }
  writeFileSync(join(context, 'Dockerfile'), 'FROM busybox\nCOPY . /app/\nRUN echo built > /built\n');
  return context;
}

/** Observe, plan and execute, as `build` does. */
async function ourBuild(project: Project): Promise<void> {
  const plan = planBuild(project, await observe(engine, project, { images: false }), {
    command: 'build',
    services: [],
  });
  const { failures } = await execute(plan, {
    ...{ engines: new Map([[engine.name, engine]]), emit: () => {} },
    signal: new AbortController().signal,
  });
  if (failures[0] !== undefined) throw new Error(failures[0].message);
}

/**
 * `POST /build` with BuildKit and a tar that was made before: the least that an engine's client can do. With the
 * labels of ours, so that the same images come out: six, and not one under six names.
 */
function rawBuild(tar: Buffer, service: string): Promise<void> {
  const labels = { [label.project]: 'tscompose-bench', [label.service]: service };
  const query = new URLSearchParams({
    ...{ version: '2', t: `tscompose-bench-${service}`, labels: JSON.stringify(labels) },
  });
  const path = `/build?${query}`;
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-tar', 'content-length': tar.length };
    const options = {
      socketPath: host.replace('unix://', ''),
      method: 'POST',
      path,
      host: 'engine',
      headers,
    };
    const sent = request(options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.once('end', () => (text.includes('"error"') ? reject(new Error(text)) : resolve()));
    });
    sent.once('error', reject);
    sent.end(tar);
  });
}

async function sixServices(): Promise<void> {
  const context = makeContext('project', filesOfProject, 6000);
  const build = { context, dockerfile: 'Dockerfile' };
  const project = projectOf('tscompose-bench', Object.fromEntries(names.map((name) => [name, { build }])));
  const opened = await openContext({ folder: context, dockerfile: 'Dockerfile' });
  const chunks: Buffer[] = [];
  for await (const chunk of (await opened.context.archive()).tar) chunks.push(chunk);
  const tar = Buffer.concat(chunks);
  const raw = () => Promise.all(names.map((name) => rawBuild(tar, name)));
  await ourBuild(project);
  await raw();
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await timed(() => ourBuild(project)));
    theirs.push(await timed(raw));
  }
  say(
    `${services} services, ${filesOfProject} files (${(tar.length / 1e6).toFixed(1)} MB): ours ${median(ours).toFixed(0)} ms, raw ${median(theirs).toFixed(0)} ms (medians of ${rounds})`,
  );
  const ratios = ours.map((time, i) => time / theirs[i]!);
  results.push(verdict('warm builds against raw calls', median(ratios), 1.2, ''));
}

async function largeContext(): Promise<void> {
  const context = makeContext('large', filesOfLarge, 600);
  const build = async (client: Engine): Promise<{ sent: number; milliseconds: number }> => {
    let sent = 0;
    const opened = await openContext({ folder: context, dockerfile: 'Dockerfile' });
    const milliseconds = await timed(() =>
      client.buildImage({
        ...{ builder: 'buildkit', tags: ['tscompose-bench-large'], args: {}, labels: {} },
        ...{ context: opened.context, dockerfile: opened.dockerfile, dockerfileTree: opened.dockerfileTree },
        on: {
          sent: (bytes) => {
            sent = bytes;
          },
        },
      }),
    );
    return { sent, milliseconds };
  };
  const first = await build(engine);
  const again = await build(engine);
  say(
    `${filesOfLarge} files: first ${first.milliseconds.toFixed(0)} ms, ${(first.sent / 1e6).toFixed(1)} MB of content; unchanged ${again.milliseconds.toFixed(0)} ms`,
  );
  // Newer engines always read the Dockerfile itself again.
  const dockerfile = statSync(join(context, 'Dockerfile')).size;
  const sent = Math.max(0, again.sent - dockerfile);
  results.push(verdict('content sent though nothing has changed', sent, 0, ' bytes'));
}

try {
  await sixServices();
  await largeContext();
} finally {
  for (const tag of [...names.map((name) => `tscompose-bench-${name}`), 'tscompose-bench-large']) {
    await engine.removeImage(tag, { force: true }).catch(() => {});
  }
  engine.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = results.every(Boolean) ? 0 : 1;
