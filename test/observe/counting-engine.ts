import type { ContainerDetails, ContainerSummary, Engine } from '../../src/engine/engine.ts';
import type { Observed, ObservedContainer } from '../../src/observe/observed.ts';

function summary(c: ObservedContainer): ContainerSummary {
  const { service: _, number: __, oneOff: ___, body: ____, ...rest } = c;
  return { ...rest, names: [c.name], command: '', status: '' };
}

function details(c: ObservedContainer): ContainerDetails {
  return {
    ...{ id: c.id, name: c.name, image: c.image, imageId: c.imageId, created: '', restartCount: 0 },
    platform: 'linux',
    state: {
      ...{ status: c.state, running: c.state === 'running', paused: false, restarting: false },
      ...{ oomKilled: false, pid: 1, exitCode: 0, error: '', startedAt: '', finishedAt: '' },
      health: undefined,
    },
    body: c.body!,
    ...{ mounts: c.mounts, networks: c.networks, ports: c.ports },
  };
}

/** An engine that answers the questions of `observe` from a world, and notes them. */
export function countingEngine(world: Observed): { readonly engine: Engine; readonly calls: string[] } {
  const calls: string[] = [];
  const note = <T>(call: string, answer: T): Promise<T> => {
    calls.push(call);
    return Promise.resolve(answer);
  };
  const image = (reference: string) => {
    const found = world.images[reference] ?? Object.values(world.images).find((i) => i.id === reference);
    return found === undefined ? undefined : { ...emptyImage, id: found.id };
  };
  const partial: Partial<Engine> = {
    name: world.engine,
    facts: world.facts,
    listContainers: () => note('listContainers', world.containers.map(summary)),
    inspectContainer: (id) =>
      note(`inspectContainer ${id.slice(0, 12)}`, details(world.containers.find((c) => c.id === id)!)),
    listNetworks: () => note('listNetworks', [...world.networks]),
    inspectNetwork: (name) =>
      note(
        `inspectNetwork ${name}`,
        world.networks.find((n) => n.name === name),
      ),
    listVolumes: () => note('listVolumes', [...world.volumes]),
    inspectVolume: (name) =>
      note(
        `inspectVolume ${name}`,
        world.volumes.find((v) => v.name === name),
      ),
    listImages: () =>
      note(
        'listImages',
        Object.entries(world.images).map(([reference, { id }]) => ({
          ...{ id, repoTags: [`${reference}:latest`], repoDigests: [], labels: {}, size: 0, created: 0 },
        })),
      ),
    inspectImage: (reference) => note(`inspectImage ${reference}`, image(reference)),
  };
  return { engine: partial as Engine, calls };
}

const emptyImage = {
  ...{
    repoTags: [],
    repoDigests: [],
    os: 'linux',
    arch: 'amd64',
    variant: '',
    platforms: ['linux/amd64'],
    size: 0,
    created: '',
  },
  ...{ lastTagTime: '', layers: [] },
  config: {
    ...{ env: [], cmd: null, entrypoint: null, labels: {}, exposedPorts: [], volumes: [], workingDir: '' },
    ...{ user: '', stopSignal: '', healthcheck: undefined },
  },
};
