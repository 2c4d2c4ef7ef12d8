/**
 * Makes the containers of services.ts on an engine and writes what the engine shows of them:
 *
 *   DOCKER_HOST=unix:///… node record.mjs FILE
 *
 * (bundled with esbuild first). Everything made is removed again.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from '../../../src/engine/connect.ts';
import { startOrder } from '../../../src/model/graph.ts';
import { containerBody } from '../../../src/translate/container.ts';
import { networkBody } from '../../../src/translate/network.ts';
import { volumeBody } from '../../../src/translate/volume.ts';
import { group, recordedProject as project } from './services.ts';

mkdirSync('/tmp/tsc-recorded/a', { recursive: true });
writeFileSync('/tmp/tsc-recorded/conf', 'x');
const engine = await connect({ environment: process.env as Record<string, string> });
const { facts } = engine;
const image = await engine.inspectImage('busybox');
const ids = new Map<string, string>();
const containers: Record<string, unknown> = {};
const state: Record<string, string> = {};
try {
  for (const key of Object.keys(project.networks))
    await engine.createNetwork(networkBody({ project, key, facts }));
  for (const key of Object.keys(project.volumes))
    await engine.createVolume(volumeBody({ project, key, facts }));
  for (const serviceName of startOrder(project.services)) {
    const service = project.services[serviceName]!;
    const name = `${group}-${serviceName}-1`;
    try {
      const wanted = containerBody({
        ...{ project, facts, serviceName, service, number: 1, name },
        image: { id: image?.id ?? '' },
        containerOf: (other) => ids.get(other),
        ...{ inherited: [], labels: {} },
      });
      const { id } = await engine.createContainer(name, wanted.body);
      ids.set(serviceName, id);
      for (const { network, endpoint } of wanted.connect) await engine.connectNetwork(network, id, endpoint);
      state[serviceName] = await engine.startContainer(id).then(
        () => 'running',
        (error: unknown) => String(error),
      );
      containers[serviceName] = { id, body: (await engine.inspectContainer(id)).body };
    } catch (error) {
      state[serviceName] = String(error);
    }
  }
} finally {
  for (const id of [...ids.values()].reverse()) {
    await engine.removeContainer(id, { force: true, volumes: true }).catch(() => undefined);
  }
  for (const network of Object.values(project.networks))
    await engine.removeNetwork(network.name).catch(() => undefined);
  for (const volume of Object.values(project.volumes))
    await engine.removeVolume(volume.name).catch(() => undefined);
}
const { kind, version, apiVersion } = engine.facts;
writeFileSync(
  process.argv[2] ?? 'recorded.json',
  `${JSON.stringify({ facts: { kind, version, apiVersion }, image: image?.config, containers }, null, 1)}\n`,
);
console.log(state);
engine.close();
