import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ModelRunner } from '../../src/execute/model-runner/program.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { PlanWriter, run } from './plans.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tscm-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A plugin that writes down what it was asked. */
function plugin(version: string, rest = ''): Readonly<Record<string, string>> {
  const home = mkdtempSync(join(folder, 'home-'));
  const plugins = join(home, '.docker/cli-plugins');
  mkdirSync(plugins, { recursive: true });
  const script = `#!/bin/sh
echo "$*" >> '${home}/asked'
case "$1" in
  docker-cli-plugin-metadata) echo '{"Version":"${version}"}' ;;
  status) echo '{"running":true,"endpoint":"http://models:80/v1"}' ;;
  ls) echo '[{"id":"1","tags":["ai/small","ai/small:latest"]},{"id":"2"}]' ;;
  ${rest}
esac
`;
  writeFileSync(join(plugins, 'docker-model'), script);
  chmodSync(join(plugins, 'docker-model'), 0o755);
  return { HOME: home, PATH: process.env['PATH'] ?? '' };
}

const asked = (environment: Readonly<Record<string, string>>) =>
  readFileSync(join(environment['HOME']!, 'asked'), 'utf8').trim().split('\n');

function model(pull: boolean, flags: readonly string[] = []): PlanWriter {
  const w = new PlanWriter();
  w.add({ kind: 'prepare-model', name: 'llm', reference: 'ai/big', pull, contextSize: 1024, flags });
  return w;
}

test('says where its models answer and which are there', async () => {
  const context = { environment: plugin('v1.0.0'), workingDir: folder, signal: new AbortController().signal };
  expect(await ModelRunner.find(context).facts()).toEqual({
    endpoint: 'http://models:80/v1',
    present: ['ai/small', 'ai/small:latest'],
  });
});

test('a missing model is downloaded and configured', async () => {
  const environment = plugin('v1.0.6', 'pull) echo "Downloaded 5 MB"; echo "Model ready" ;;');
  const { result, lines } = await run(model(true, ['--temp', '0']).plan(), new FakeEngine(), { environment });
  expect(result.failures).toEqual([]);
  expect(asked(environment)).toEqual([
    'pull ai/big',
    'docker-cli-plugin-metadata',
    'configure --context-size 1024 ai/big -- --temp 0',
  ]);
  expect(lines[0]).toBe('llm Pulling');
  expect(lines.at(-1)).toBe('llm Configured');
});

test('an older program gets no runtime flags, and that is told', async () => {
  const environment = plugin('v1.0.5');
  const { lines } = await run(model(false, ['--temp']).plan(), new FakeEngine(), { environment });
  expect(asked(environment).at(-1)).toBe('configure --context-size 1024 ai/big');
  expect(lines.at(-1)).toContain('without its runtime flags');
});

test('its failure is told with its last words', async () => {
  const environment = plugin('v1.0.6', 'pull) echo "no such model" >&2; exit 3 ;;');
  const { result } = await run(model(true).plan(), new FakeEngine(), { environment });
  expect(String(result.failures[0]?.error)).toContain('pulling the model ai/big failed: no such model');
});

test('without the plugin nothing is begun', () => {
  const environment = { HOME: join(folder, 'nobody') };
  expect(() =>
    ModelRunner.find({ environment, workingDir: folder, signal: new AbortController().signal }),
  ).toThrow("'models' support requires Docker Model plugin");
});
