import { expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { execute } from '../../../src/execute/execute.ts';
import type { Operation } from '../../../src/plan/operations.ts';
import type { Plan, PlanNode } from '../../../src/plan/plan.ts';
import { docker, podman } from '../../support/engines.ts';
import { cleanUp, freshName, open, read } from './engines.ts';

const both = docker !== undefined && podman !== undefined;

/** Operations on one engine, one after another. */
function sequence(project: string, engine: string, operations: readonly Operation[]): Plan {
  const nodes: PlanNode[] = operations.map((operation, index) => ({
    ...{ id: index + 1, after: index === 0 ? [] : [index], engine, operation, because: 'test' },
    subject: { kind: 'volume', name: 'data' },
  }));
  return {
    ...{ command: 'migrate', project, nodes, unchanged: [], warnings: [], questions: [], refusals: [] },
  };
}

async function run(plan: Plan, engines: readonly Engine[]) {
  const lines: string[] = [];
  const result = await execute(plan, {
    engines: new Map(engines.map((engine) => [engine.name, engine])),
    emit: (event) =>
      event.type === 'resource' && lines.push(`${event.id} ${event.text} ${event.details ?? ''}`),
    signal: new AbortController().signal,
  });
  return { result, lines };
}

/** A volume with owners, modes, links, odd names and a file of 8 MB. */
const filling = [
  'mkdir -p /data/deep/er',
  'echo hello > "/data/deep/er/a file"',
  'ln -s "deep/er/a file" /data/link',
  'ln "/data/deep/er/a file" /data/hard',
  'dd if=/dev/urandom of=/data/big bs=65536 count=128 2>/dev/null',
  ': > /data/empty',
  'chown 1234:4321 /data/big /data/deep; chown -h 7:8 /data/link; chown 33:34 /data',
  'chmod 4755 /data/big; chmod 700 /data/deep; chmod 1770 /data',
  `: > "/data/$(printf '%0150d' 7)"`,
].join(' && ');

const look = [
  'sh',
  '-c',
  'cd /data && find . | sort | xargs -d "\\n" stat -c "%n %f %u %g %s %Y %N" | grep -v "^\\. \\|^./deep" ; sha256sum big',
];

async function fill(engine: Engine, project: string, volume: string): Promise<string> {
  await engine.createVolume({ Name: volume, Labels: { 'com.docker.compose.project': project } });
  return start(engine, project, volume, `${filling} && sleep 1000`);
}

async function start(engine: Engine, project: string, volume: string, script: string): Promise<string> {
  const { id } = await engine.createContainer('', {
    Image: 'busybox',
    Cmd: ['sh', '-c', script],
    Labels: { 'com.docker.compose.project': project },
    HostConfig: { Mounts: [{ Type: 'volume', Source: volume, Target: '/data' }] },
  });
  await engine.startContainer(id);
  return id;
}

async function until(check: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('not in time');
}

test.skipIf(!both).each([
  ['docker', 'podman'],
  ['podman', 'docker'],
] as const)('a volume goes from %s to %s with owners, modes, times and links, verified', async (from, to) => {
  const hosts = { docker: docker!, podman: podman! };
  const [source, target] = await Promise.all([open(hosts[from]), open(hosts[to])]);
  const project = freshName();
  const volume = `${project}_data`;
  try {
    const writer = await fill(source, project, volume);
    await until(async () => (await read(source, writer, ['ls', '/data'])).includes('0007'));
    const before = await read(source, writer, look);
    await source.stopContainer(writer, 0);
    const labels = { 'com.docker.compose.project': project };
    const plan = sequence(project, target.name, [
      { kind: 'create-volume', body: { Name: volume, Labels: labels } },
      { kind: 'copy-volume', volume, from: source.name },
      { kind: 'verify-volume', volume, from: source.name },
    ]);
    const { result, lines } = await run(plan, [source, target]);
    expect(result.failures).toEqual([]);
    expect(lines.at(-1)).toMatch(/^Volume .* Verified 9 entries, 8 MiB$/);
    const reader = await start(target, project, volume, 'sleep 1000');
    expect(await read(target, reader, look)).toBe(before);
    expect(await read(target, reader, ['stat', '-c', '%a %u %g', '/data'])).toBe('1770 33 34\n');

    // A copy that has been changed is found out.
    await read(target, reader, ['sh', '-c', 'echo x >> /data/empty']);
    const check = sequence(project, target.name, [{ kind: 'verify-volume', volume, from: source.name }]);
    const again = await run(check, [source, target]);
    expect(again.result.failures[0]!.message).toBe(
      `volume ${volume} is not the same on ${target.name}: empty differs`,
    );
    const helpers = await Promise.all(
      [source, target].map((engine) =>
        engine.listContainers({ all: true, labels: ['tscompose.helper=volume'] }),
      ),
    );
    expect(helpers.flat()).toEqual([]);
  } finally {
    for (const engine of [source, target]) {
      await cleanUp(engine, project);
      engine.close();
    }
  }
});

test.skipIf(!both)('an image goes from one engine to the other under the same name', async () => {
  const [source, target] = await Promise.all([open(docker!), open(podman!)]);
  const image = `${freshName()}:v1`;
  try {
    await source.tagImage('busybox', image);
    const { result } = await run(
      sequence('x', target.name, [{ kind: 'copy-image', image, from: source.name }]),
      [source, target],
    );
    expect(result.failures).toEqual([]);
    expect(await target.inspectImage(image)).toBeDefined();
  } finally {
    await source.removeImage(image).catch(() => {});
    await target.removeImage(image, { force: true, noPrune: true }).catch(() => {});
    source.close();
    target.close();
  }
});
