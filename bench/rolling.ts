/**
 * Updates under load: how many requests fail while the containers of a service behind a published port are replaced.
 *
 *   npm run bench -- rolling [REQUESTS]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, Load } from './support/load.ts';
import { hostToMeasure, say, verdict } from './support/measure.ts';

const least = Number(process.argv[2] ?? 5000);
const host = hostToMeasure();
const root = process.env['TSCOMPOSE_ROOT'] ?? process.cwd();
const port = 20_000 + (process.pid % 10_000);
const url = `http://127.0.0.1:${port}/`;
const folder = mkdtempSync(join(tmpdir(), 'tscb-'));
const project = `bench${process.pid}`;
const results: boolean[] = [];

/** A web server that tells its version, and ends what it has begun when it is asked to stop. */
function file(replicas: number, program = 'nginx'): string {
  const server = [
    'user root; daemon off; error_log /dev/null; pid /tmp/nginx.pid; events {}',
    'http { access_log off; server { listen 80; keepalive_requests 1000000;',
    'location / { return 200 "$VERSION"; } } }',
  ].join(' ');
  const start = `printf '%s' '${server}' | sed "s/.VERSION/$VERSION/" > /tmp/n.conf; exec ${program} -c /tmp/n.conf`;
  const check = ['CMD-SHELL', 'wget -qO /dev/null http://127.0.0.1/'];
  const web = {
    image: 'tscompose-base/nginx',
    command: ['sh', '-c', start.replaceAll('$', '$$$$')],
    environment: ['VERSION'],
    ports: [`${port}:80`],
    healthcheck: { test: check, interval: '1s', retries: 5 },
    deploy: { replicas, update_config: { order: 'start-first', parallelism: 1 } },
  };
  return JSON.stringify({ services: { web } });
}

/** @returns the exit code */
function tscompose(version: number, ...args: readonly string[]): Promise<number> {
  const env = { ...process.env, DOCKER_HOST: host, VERSION: String(version) };
  const child = spawn(join(root, 'bin/tscompose'), ['-p', project, '--progress', 'quiet', ...args], {
    ...{ cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] as const },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code !== 0 && code !== 4) say(errors);
      resolve(code ?? -1);
    });
  });
}

/** Updates under load until enough requests were sent. */
async function swaps(replicas: number, first: number): Promise<void> {
  writeFileSync(join(folder, 'compose.yaml'), file(replicas));
  const up = await tscompose(first, 'up', '-d', '--wait');
  if (up !== 0) throw new Error(`up ended with ${up}`);
  const began = performance.now();
  const load = new Load(url, { fresh: 4, keptAlive: 8, pace: 45 });
  let version = first;
  try {
    while (load.seen.sent < least) {
      version++;
      const code = await tscompose(version, 'up', '-d');
      if (code !== 0) throw new Error(`update to version ${version} ended with ${code}`);
      const answer = await ask(url);
      if (answer !== String(version)) throw new Error(`version ${answer} answers, not ${version}`);
    }
  } finally {
    const { sent, failed, slowest, errors } = await load.stop();
    const seconds = (performance.now() - began) / 1000;
    const what = `failed requests of ${sent} (${(sent / seconds).toFixed(0)}/s, slowest ${slowest} ms), ${version - first} updates of ${replicas} container(s)`;
    results.push(
      verdict(what, failed, 0, ''),
      verdict('seconds for each 50 requests', (50 * seconds) / sent, 1, ' s'),
    );
    for (const [text, times] of errors) say(`     ${times} times: ${text}`);
  }
}

/** A version that does not come up: the one before goes on. */
async function broken(): Promise<void> {
  const before = await ask(url);
  const load = new Load(url, { fresh: 2, keptAlive: 4, pace: 45 });
  writeFileSync(join(folder, 'compose.yaml'), file(3, 'no-such-program'));
  const code = await tscompose(1000, 'up', '-d');
  const { sent, failed, errors } = await load.stop();
  for (const [text, times] of errors) say(`     ${times} times: ${text}`);
  results.push(verdict(`failed requests of ${sent} while a broken version is tried`, failed, 0, ''));
  results.push(verdict('exit code of the broken update, less 4', Math.abs(code - 4), 0, ''));
  const after = await ask(url);
  results.push(verdict(`versions between ${before} and ${after}`, Number(after) - Number(before), 0, ''));
}

try {
  await swaps(1, 1);
  await swaps(3, 100);
  await broken();
} finally {
  await tscompose(0, 'down', '-v', '-t', '1');
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = results.every(Boolean) ? 0 : 1;
