import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const isThere = existsSync(join(root, 'dist/boot.cjs')) && spawnSync('docker', ['--version']).status === 0;

/** With the docker client of this machine, if it has one; no engine is needed. */
describe.skipIf(!isThere)('as a plugin of the docker client', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tsc-plugin-'));
    mkdirSync(join(folder, 'cli-plugins'));
    for (const name of ['docker-tscompose', 'docker-compose'])
      symlinkSync(join(root, 'bin/tscompose'), join(folder, 'cli-plugins', name));
    symlinkSync(join(root, 'bin/tscompose'), join(folder, 'docker-compose'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (program: string, ...args: readonly string[]) =>
    execFileSync(program, args, {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], DOCKER_CONFIG: folder, HOME: folder },
    });

  test('docker runs it by both names', () => {
    expect(run('docker', 'tscompose', 'version')).toMatch(/^tscompose version /);
    expect(run('docker', 'compose', 'version')).toMatch(
      /^Docker Compose version v\d+\.\d+\.\d+ \(tscompose /,
    );
    expect(run('docker', 'compose', 'version', '--short')).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(run('docker', 'compose', 'up', '--help')).toContain('Usage: docker compose up [OPTIONS]');
  });

  test('docker lists and completes it', () => {
    expect(run('docker', '--help')).toMatch(/tscompose\* +Run groups of services/);
    expect(run('docker', '__complete', 'tscompose', 'pau')).toContain('pause\tPause services');
  });

  test('it answers as docker-compose', () => {
    expect(run(join(folder, 'docker-compose'), '--version')).toMatch(/^Docker Compose version v/);
    expect(run(join(folder, 'docker-compose'), '--help')).toContain('Usage: docker-compose [OPTIONS]');
  });
});
