/**
 * Loading of compose files of 10, 100 and 500 services: the time per service inside the loader, and the processor time
 * of the whole command against that of a Node that does nothing, both in turn in the same run.
 *
 *   npm run bench -- load [ROUNDS]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { canonicalJson } from '../src/load/canonical.ts';
import { loadProject } from '../src/load/load.ts';
import { createFileReader } from '../src/source/files.ts';
import { median, say, verdict } from './support/measure.ts';

const rounds = Number(process.argv[2] ?? 15);
const sizes = [10, 100, 500] as const;
/** Of the whole command's processor time to that of `node -e 0`. */
const goals = { 10: 1.9, 100: 3.5, 500: 11 } as const;
const program = resolve(process.env['TSCOMPOSE_ROOT'] ?? '.', 'bin/tscompose');

/** A project as people write them: a shared anchor, ports, volumes, networks, health checks, a chain of dependencies. */
function composeFile(count: number): string {
  const lines = [
    'name: bench',
    'x-common: &common',
    '  restart: unless-stopped',
    '  logging: {driver: json-file, options: {max-size: 10m}}',
    '  networks: [front, back]',
    'services:',
  ];
  for (let i = 0; i < count; i++) {
    lines.push(
      `  service-${i}:`,
      '    <<: *common',
      `    image: registry.example.com/team/service-${i}:\${TAG:-1.2.${i}}`,
      `    command: serve --port ${3000 + i}`,
      '    environment:',
      `      NAME: service-${i}`,
      '      LOG_LEVEL: "${LOG_LEVEL:-info}"',
      '    ports:',
      `      - "${10_000 + i}:${3000 + i}"`,
      '    volumes:',
      `      - data-${i}:/var/lib/data`,
      `      - ./conf/${i}.yaml:/etc/app.yaml:ro`,
      '    healthcheck:',
      '      test: ["CMD", "true"]',
      '      interval: 10s',
      '      retries: 3',
    );
    if (i > 0) lines.push('    depends_on:', `      service-${i - 1}:`, '        condition: service_healthy');
  }
  lines.push('networks:', '  front:', '  back:', 'volumes:');
  for (let i = 0; i < count; i++) lines.push(`  data-${i}:`);
  return `${lines.join('\n')}\n`;
}

const environment: Record<string, string> = { HOME: '/home/nobody' };

/** Milliseconds for one load of the file in this process. */
function loadOnce(folder: string): number {
  const request = {
    ...{ workingDir: folder, files: [], profiles: [], envFiles: [], environment, services: [] },
  };
  const began = performance.now();
  const { project } = loadProject(request, createFileReader(environment));
  canonicalJson(project, { escapeDollars: true });
  return performance.now() - began;
}

/** Milliseconds of processor time that a command takes, its system time included. */
function processorTime(command: readonly string[], cwd: string, home: string): number {
  const { PATH = '' } = process.env;
  const timed = 'TIMEFORMAT="%U %S"; time "$@" > /dev/null';
  const text = execFileSync('bash', ['-c', `{ ${timed}; } 2>&1`, 'bash', ...command], {
    ...{ cwd, encoding: 'utf8', env: { PATH, HOME: home } },
  });
  const [user, system] = text.trim().split(/\s+/).slice(-2).map(Number);
  if (user === undefined || system === undefined) throw new Error(`no times in ${JSON.stringify(text)}`);
  return (user + system) * 1000;
}

const scratch = mkdtempSync(join(tmpdir(), 'tsc-bench-'));
const results: boolean[] = [];
try {
  const folders = new Map(sizes.map((size) => [size, join(scratch, String(size))]));
  for (const [size, folder] of folders) {
    mkdirSync(folder);
    writeFileSync(join(folder, 'compose.yaml'), composeFile(size));
  }

  const perService = new Map<number, number>();
  for (const [size, folder] of folders) {
    for (let i = 0; i < 5; i++) loadOnce(folder);
    const before = process.memoryUsage().heapUsed;
    const times = Array.from({ length: rounds }, () => loadOnce(folder));
    const grown = (process.memoryUsage().heapUsed - before) / 1e6;
    perService.set(size, (median(times) * 1000) / size);
    say(
      `${size} services: ${median(times).toFixed(1)} ms, ${perService.get(size)?.toFixed(0)} µs each; heap ${grown >= 0 ? '+' : ''}${grown.toFixed(0)} MB after ${rounds} loads`,
    );
  }
  const [first = 0, , last = 0] = [...perService.values()];
  results.push(verdict('time per service, 500 against 10', last / first, 1.3, ' x'));

  const ratios = new Map<number, number[]>(sizes.map((size) => [size, []]));
  // The first runs fill the code cache.
  for (let i = 0; i < 3; i++)
    processorTime([program, 'config', '--format', 'json'], folders.get(10)!, scratch);
  for (let round = 0; round < rounds; round++) {
    for (const [size, folder] of folders) {
      const bare = processorTime([process.execPath, '-e', '0'], folder, scratch);
      const ours = processorTime([program, 'config', '--format', 'json'], folder, scratch);
      ratios.get(size)?.push(ours / bare);
    }
  }
  for (const size of sizes) {
    results.push(
      verdict(
        `config of ${size} services against node -e 0, processor time`,
        median(ratios.get(size)!),
        goals[size],
        ' x',
      ),
    );
  }
} finally {
  rmSync(scratch, { recursive: true });
}
process.exitCode = results.every(Boolean) ? 0 : 1;
