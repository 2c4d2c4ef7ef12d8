import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/engine/connect.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { startOrder } from '../../src/model/graph.ts';
import { containerBody } from '../../src/translate/container.ts';
import { networkBody } from '../../src/translate/network.ts';
import { volumeBody } from '../../src/translate/volume.ts';
import { docker, podman } from '../support/engines.ts';
import { compareRecorded, type Recorded } from '../translate/recorded/load.ts';
import { group, recordedProject as project } from '../translate/recorded/services.ts';

const engines = [
  { file: 'docker-20.10', host: docker },
  { file: 'podman-4.3', host: podman },
];

/**
 * Containers made of every attribute are seen as unchanged by the engine that made them. With
 * UPDATE_RECORDED=1 what the engines show is kept for test/translate.
 */
describe.each(engines)('$file', ({ file, host }) => {
  if (host === undefined) {
    test.skip('is not there');
    return;
  }
  let engine: Engine;
  let shown: Recorded;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    mkdirSync(`${project.workingDir}/a`, { recursive: true });
    writeFileSync(`${project.workingDir}/conf`, 'x');
    engine = await connect({ host, environment: process.env });
    await removeAll(engine);
    const { kind, version, apiVersion } = engine.facts;
    const image = await engine.inspectImage(project.services['bare']!.image!);
    const containers: Record<string, Recorded['containers'][string]> = {};
    for (const key of Object.keys(project.networks))
      await engine.createNetwork(networkBody({ project, key }));
    for (const key of Object.keys(project.volumes)) await engine.createVolume(volumeBody({ project, key }));
    for (const serviceName of startOrder(project.services)) {
      const id = await make(engine, serviceName, ids);
      if (id === undefined) continue;
      ids.set(serviceName, id);
      containers[serviceName] = { id, body: (await engine.inspectContainer(id)).body };
    }
    shown = { facts: { kind, version, apiVersion }, image: image!.config, containers };
    if (process.env['UPDATE_RECORDED'] !== '1') return;
    const to = new URL(`../translate/recorded/${file}.json`, import.meta.url);
    writeFileSync(to, `${JSON.stringify(shown, null, 1)}\n`);
  });

  afterAll(async () => {
    await removeAll(engine);
    engine.close();
  });

  test.each(Object.keys(project.services))('%s is as its service wants it', (name) => {
    if (!ids.has(name)) return expect(mayFail(file, name)).toBe(true);
    expect(compareRecorded(shown, name)).toEqual({ changes: [], cost: 'none' });
  });

  test.skipIf(file !== 'docker-20.10')('an update in place settles what it is for', async () => {
    const id = ids.get('bare')!;
    const seen = async (): Promise<Recorded> => ({
      ...shown,
      containers: { bare: { id, body: (await engine.inspectContainer(id)).body } },
    });
    for (const [mem_limit, restart] of [
      ['33554432', 'on-failure:2'],
      ['268435456', 'always'],
    ] as const) {
      const wanted = { ...project.services['bare']!, mem_limit, restart, cpus: 0.5 };
      const { cost, update } = compareRecorded(await seen(), 'bare', wanted);
      expect(cost).toBe('update');
      const [Name = '', count = '0'] = update?.restartPolicy?.split(':') ?? [];
      await engine.updateContainer(id, {
        ...(update?.resources !== undefined && { resources: update.resources }),
        restartPolicy: { Name, MaximumRetryCount: Number(count) },
      });
      expect(compareRecorded(await seen(), 'bare', wanted)).toEqual({ changes: [], cost: 'none' });
    }
  });
});

/** Podman makes no container with an init where it lacks the program for that. */
function mayFail(file: string, name: string): boolean {
  return file === 'podman-4.3' && name === 'first';
}

/** Creates, connects and starts; a start that this machine does not allow does not matter here. */
async function make(
  engine: Engine,
  serviceName: string,
  ids: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const service = project.services[serviceName]!;
  const name = `${group}-${serviceName}-1`;
  const { body, connect: others } = containerBody({
    ...{ project, facts: engine.facts, serviceName, service, number: 1, name, image: undefined },
    ...{ containerOf: (other: string) => ids.get(other), inherited: [], labels: {} },
  });
  const created = await engine.createContainer(name, body).catch(() => undefined);
  if (created === undefined) return undefined;
  for (const { network, endpoint } of others) await engine.connectNetwork(network, created.id, endpoint);
  await engine.startContainer(created.id).catch(() => undefined);
  return created.id;
}

async function removeAll(engine: Engine): Promise<void> {
  const mine = await engine.listContainers({ labels: [`com.docker.compose.project=${group}`], all: true });
  const last = (name: string): number => Number(name.includes('wires') || name.includes('stores'));
  for (const { id } of mine.toSorted((a, b) => last(a.name) - last(b.name))) {
    await engine.removeContainer(id, { force: true, volumes: true });
  }
  for (const { name } of Object.values(project.networks))
    await engine.removeNetwork(name).catch(() => undefined);
  for (const { name } of Object.values(project.volumes))
    await engine.removeVolume(name).catch(() => undefined);
}
