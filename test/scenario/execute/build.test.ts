import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { execute } from '../../../src/execute/execute.ts';
import type { Build } from '../../../src/model/service.ts';
import { onEngines, read } from './engines.ts';

async function build(engine: Engine, image: string, wish: Build) {
  const output: string[] = [];
  const notices: string[] = [];
  const operation = { kind: 'build-image', image, service: 'app', build: wish } as const;
  const subject = { kind: 'image', name: image } as const;
  const result = await execute(
    {
      ...{ command: 'build', project: image, unchanged: [], warnings: [], questions: [], refusals: [] },
      nodes: [{ id: 1, after: [], engine: engine.name, subject, operation, because: 'test' }],
    },
    {
      engines: new Map([[engine.name, engine]]),
      emit: (event) => event.type === 'notice' && notices.push(event.message),
      signal: new AbortController().signal,
      environment: { FROM_OUTSIDE: 'outside' },
      output: (_, text) => output.push(text),
    },
  );
  return { result, output: output.join(''), notices };
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tscb-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

onEngines('builds from a context, less what .dockerignore names', async (engine, name) => {
  const dockerfile = [
    'FROM busybox',
    'ARG FROM_OUTSIDE',
    'ARG GIVEN',
    'COPY . /app/',
    'RUN echo $FROM_OUTSIDE $GIVEN > /app/args',
    'CMD ["sleep", "1000"]',
  ].join('\n');
  const context = folderWith({
    Dockerfile: dockerfile,
    '.dockerignore': '*.log\nnode_modules\n!node_modules/kept\n',
    'a.txt': 'a',
    'b.log': 'b',
    'node_modules/x': 'x',
    'node_modules/kept': 'k',
  });
  try {
    const args = { FROM_OUTSIDE: null, GIVEN: 'given', UNKNOWN: null };
    const { result, output } = await build(engine, name, { context, args });
    expect(result.failures).toEqual([]);
    expect(output).toMatch(/step 1|\[1\/3\]/i);
    const { id } = await engine.createContainer('', {
      ...{ Image: name, Labels: { 'com.docker.compose.project': name }, HostConfig: {} },
    });
    await engine.startContainer(id);
    const found = await read(engine, id, ['sh', '-c', 'cd /app; find . -type f | sort; cat args']);
    expect(found.split('\n')).toEqual([
      './.dockerignore',
      './Dockerfile',
      './a.txt',
      './args',
      './node_modules/kept',
      'outside given',
      '',
    ]);
    const image = await engine.inspectImage(name);
    expect(image!.config.labels['com.docker.compose.service']).toBe('app');
    await engine.removeContainer(id, { force: true });
  } finally {
    rmSync(context, { recursive: true });
    await engine.removeImage(name, { force: true }).catch(() => {});
  }
});

onEngines('builds from a Dockerfile in the compose file, and stops at a target', async (engine, name) => {
  const context = folderWith({ 'a.txt': 'a' });
  const inline = 'FROM busybox AS one\nLABEL which=one\nFROM one AS two\nLABEL which=two\n';
  try {
    const { result } = await build(engine, name, { context, dockerfile_inline: inline, target: 'one' });
    expect(result.failures).toEqual([]);
    expect((await engine.inspectImage(name))!.config.labels['which']).toBe('one');
  } finally {
    rmSync(context, { recursive: true });
    await engine.removeImage(name, { force: true }).catch(() => {});
  }
});

onEngines('a step that fails fails the build, and says so', async (engine, name) => {
  const context = folderWith({ Dockerfile: 'FROM busybox\nRUN echo oh no && exit 7\n' });
  try {
    const { result, output } = await build(engine, name, { context });
    expect(result.exitCode).toBe(1);
    expect(result.failures[0]!.message).toMatch(/7/);
    expect(output).toContain('oh no');
  } finally {
    rmSync(context, { recursive: true });
  }
});
