import type { ContainerBody } from '../../src/model/bodies.ts';
import { digest } from '../../src/model/hash.ts';
import { label } from '../../src/model/labels.ts';
import { sealBody, sealName, snapshotBody, snapshotsIn } from '../../src/model/snapshot.ts';
import type { Observed, ObservedContainer } from '../../src/observe/observed.ts';
import {
  type ContainerRef,
  fillPlaceholders,
  helperImage,
  type OperationKind,
  type OperationOf,
} from '../../src/plan/operations.ts';
import type { Plan, PlanNode } from '../../src/plan/plan.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The world while a plan is applied; everything an operation can change. */
interface World {
  readonly engine: string;
  containers: Writable<ObservedContainer>[];
  networks: Observed['networks'][number][];
  volumes: Observed['volumes'][number][];
  images: Record<string, Observed['images'][string]>;
  readonly made: Map<number, string>;
  counter: number;
}

type Effects = { readonly [K in OperationKind]: (op: OperationOf<K>, world: World, node: PlanNode) => void };

function find(world: World, ref: ContainerRef): Writable<ObservedContainer> {
  const id = 'id' in ref ? ref.id : world.made.get(ref.createdBy);
  const container = world.containers.find((c) => c.id === id);
  if (container === undefined) throw new Error(`no such container: ${JSON.stringify(ref)}`);
  return container;
}

/** Ids in a body that stand for containers made by earlier nodes. */
function resolve(world: World, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return fillPlaceholders(text, (node) => {
    const id = world.made.get(node);
    if (id === undefined) throw new Error(`node ${node} has made no container yet`);
    return id;
  });
}

/** As the materials of the plan hash: plain ones write the text itself. */
function hashOf(text: string, { Labels }: ContainerBody): string {
  return Labels[label.configHash]?.startsWith('{') ? text : digest(text);
}

interface Wanted {
  readonly type: string;
  /** undefined: anonymous. */
  readonly source: string | undefined;
  readonly target: string;
  readonly readOnly: boolean;
}

/** Mounts of all three places in a body: `Mounts`, `Binds` and anonymous `Volumes`. */
function wantedMounts(body: ContainerBody): readonly Wanted[] {
  const mounts = (body.HostConfig.Mounts ?? []).map((m) => ({
    ...{ type: m.Type, source: m.Source, target: m.Target, readOnly: m.ReadOnly === true },
  }));
  const binds = (body.HostConfig.Binds ?? []).map((bind) => {
    const [source, target = '', mode = ''] = bind.split(':');
    const type = source!.startsWith('/') ? 'bind' : 'volume';
    return { type, source, target, readOnly: mode.split(',').includes('ro') };
  });
  const taken = new Set([...mounts, ...binds].map((m) => m.target));
  const anonymous = Object.keys(body.Volumes ?? {})
    .filter((target) => !taken.has(target))
    .map((target) => ({ type: 'volume', source: undefined, target, readOnly: false }));
  return [...mounts, ...binds, ...anonymous];
}

function mountsOf(world: World, body: ContainerBody): ObservedContainer['mounts'] {
  return wantedMounts(body).map(({ type, source, target, readOnly }) => {
    const name = type === 'volume' ? (source ?? `anonymous${++world.counter}`) : '';
    if (type === 'volume' && !name.startsWith('anonymous') && !world.volumes.some((v) => v.name === name)) {
      throw new Error(`volume ${name} would be made by the engine, without labels`);
    }
    return {
      ...{ type, name, source: source ?? '', destination: target, driver: 'local' },
      readWrite: !readOnly,
    };
  });
}

function endpoint(networkId: string) {
  return { networkId, ipAddress: '', ipv6Address: '', macAddress: '', aliases: [] };
}

const alive: ReadonlySet<string> = new Set(['running', 'paused', 'restarting']);

function hostPorts({ body }: ObservedContainer): string[] {
  const bindings = Object.values(body?.HostConfig.PortBindings ?? {}).flat();
  return bindings.flatMap(({ HostPort = '' }) => (HostPort === '' ? [] : [HostPort]));
}

function portsOf({ body }: ObservedContainer): ObservedContainer['ports'] {
  return Object.entries(body?.HostConfig.PortBindings ?? {}).flatMap(([key, hosts]) =>
    hosts.map(({ HostPort = '' }) => ({
      ...{ hostIp: '', hostPort: Number(HostPort), port: Number.parseInt(key, 10), protocol: 'tcp' },
    })),
  );
}

function refuseUsers(world: World, volume: string): void {
  const users = world.containers.filter((c) => alive.has(c.state) && c.mounts.some((m) => m.name === volume));
  if (users.length > 0) throw new Error(`volume ${volume} is written by ${users.map((c) => c.name)}`);
}

const effects: Effects = {
  'create-network': ({ body }, world) => {
    if (world.networks.some((n) => n.name === body.Name)) throw new Error(`network ${body.Name} exists`);
    world.networks.push({
      id: `n-${body.Name}-${++world.counter}`,
      name: body.Name,
      driver: body.Driver ?? 'bridge',
      scope: 'local',
      internal: body.Internal ?? false,
      attachable: body.Attachable ?? false,
      enableIPv6: body.EnableIPv6 ?? false,
      labels: body.Labels,
      options: body.Options ?? {},
      ipam: body.IPAM ?? {},
      containers: [],
    });
  },
  'remove-network': ({ id, name }, world) => {
    const users = world.containers.filter((c) => Object.values(c.networks).some((e) => e.networkId === id));
    if (users.length > 0) throw new Error(`network ${name} is used by ${users.map((c) => c.name)}`);
    world.networks = world.networks.filter((n) => n.id !== id);
  },
  'connect-network': ({ network, container }, world) => {
    const found = world.networks.find((n) => n.name === network);
    if (found === undefined) throw new Error(`no network ${network}`);
    const target = find(world, container);
    target.networks = { ...target.networks, [network]: endpoint(found.id) };
  },
  'disconnect-network': ({ network, container }, world) => {
    const target = find(world, container);
    const { [network]: gone, ...rest } = target.networks;
    if (gone === undefined) throw new Error(`${target.name} is not on ${network}`);
    target.networks = rest;
  },
  'create-volume': ({ body }, world) => {
    if (world.volumes.some((v) => v.name === body.Name)) throw new Error(`volume ${body.Name} exists`);
    world.volumes.push({
      name: body.Name,
      driver: body.Driver ?? 'local',
      mountpoint: '',
      scope: 'local',
      created: '',
      labels: body.Labels,
      options: body.DriverOpts ?? {},
    });
  },
  'remove-volume': ({ name }, world) => {
    const users = world.containers.filter((c) =>
      c.mounts.some((m) => m.type === 'volume' && m.name === name),
    );
    if (users.length > 0) throw new Error(`volume ${name} is used by ${users.map((c) => c.name)}`);
    world.volumes = world.volumes.filter((v) => v.name !== name);
  },
  'pull-image': ({ image }, world) => {
    world.images[image] = { id: `sha256:pulled-${image}` };
  },
  'push-image': ({ image }, world) => {
    if (!(image in world.images)) throw new Error(`no image ${image} to push`);
  },
  'build-image': ({ image, ifMissing }, world) => {
    if (!ifMissing || !(image in world.images)) world.images[image] = { id: `sha256:built-${image}` };
  },
  'copy-image': ({ image, as }, world) => {
    world.images[as ?? image] = { id: as === undefined ? `sha256:pulled-${image}` : image };
  },
  'remove-image': ({ image }, world) => {
    delete world.images[image];
  },
  'create-container': ({ name, body, connect, hashed }, world, node) => {
    if (world.containers.some((c) => c.name === name)) throw new Error(`container ${name} exists`);
    const image = body.Image === helperImage ? { id: 'sha256:helper' } : world.images[body.Image];
    if (image === undefined) throw new Error(`no image ${body.Image}`);
    const id = `${(++world.counter).toString(16).padStart(12, '0')}${'0'.repeat(52)}`;
    world.made.set(node.id, id);
    const names = [
      ...Object.keys(body.NetworkingConfig?.EndpointsConfig ?? {}),
      ...connect.map((c) => c.network),
    ];
    const networks = names.map((network) => {
      const found = world.networks.find((n) => n.name === network || n.id === network);
      if (found === undefined) throw new Error(`no network ${network}`);
      return [found.name, endpoint(found.id)] as const;
    });
    world.containers.push({
      id,
      name,
      service: body.Labels[label.service] ?? '',
      number: Number(body.Labels[label.number] ?? 0),
      oneOff: body.Labels[label.oneOff] === 'True',
      state: 'created',
      health: '',
      exitCode: undefined,
      created: world.counter,
      image: body.Image,
      imageId: image.id,
      labels: {
        ...body.Labels,
        [label.image]: image.id,
        ...(hashed !== undefined && { [label.configHash]: hashOf(resolve(world, hashed)!, body) }),
      },
      mounts: mountsOf(world, body),
      ports: [],
      networks: Object.fromEntries(networks),
      networkMode: resolve(world, body.HostConfig.NetworkMode) ?? 'default',
      body,
    });
  },
  'copy-files': ({ container }, world) => {
    if (find(world, container).state !== 'created') throw new Error('files go into what has not started');
  },
  'start-container': ({ container }, world) => {
    const target = find(world, container);
    const mode = target.networkMode;
    if (mode.startsWith('container:')) {
      const parent = world.containers.find((c) => c.id === mode.slice('container:'.length));
      if (parent?.state !== 'running') throw new Error(`${target.name}: its namespace parent does not run`);
    }
    for (const port of hostPorts(target)) {
      const holder = world.containers.find(
        (c) => c.id !== target.id && alive.has(c.state) && hostPorts(c).includes(port),
      );
      if (holder !== undefined) throw new Error(`${target.name}: port ${port} is held by ${holder.name}`);
    }
    target.ports = portsOf(target);
    target.state = 'running';
    target.exitCode = undefined;
  },
  'stop-container': ({ container }, world) => {
    const target = find(world, container);
    if (target.state === 'paused') throw new Error(`${target.name} is paused`);
    const sharers = world.containers.filter(
      (c) => c.networkMode === `container:${target.id}` && c.state === 'running' && c.id !== target.id,
    );
    if (sharers.length > 0) throw new Error(`${target.name} stops before ${sharers.map((c) => c.name)}`);
    target.state = 'exited';
    target.exitCode = 0;
    target.ports = [];
  },
  'kill-container': ({ container }, world) => {
    find(world, container).state = 'exited';
  },
  'restart-container': ({ container }, world) => {
    find(world, container).state = 'running';
  },
  'pause-container': ({ container }, world) => {
    find(world, container).state = 'paused';
  },
  'unpause-container': ({ container }, world) => {
    find(world, container).state = 'running';
  },
  'rename-container': ({ container, to }, world) => {
    if (world.containers.some((c) => c.name === to)) throw new Error(`name ${to} is taken`);
    find(world, container).name = to;
  },
  'update-container': ({ container }, world) => {
    find(world, container);
  },
  'remove-container': ({ container }, world) => {
    const target = find(world, container);
    const sharers = world.containers.filter((c) => c.networkMode === `container:${target.id}`);
    if (sharers.length > 0) throw new Error(`${target.name} goes before ${sharers.map((c) => c.name)}`);
    world.containers = world.containers.filter((c) => c.id !== target.id);
  },
  'wait-container': ({ container, until }, world) => {
    const target = find(world, container);
    if (until === 'completed') {
      target.state = 'exited';
      target.exitCode = 0;
    }
    if (until === 'healthy') {
      if (target.state !== 'running') throw new Error(`${target.name} can't get healthy: ${target.state}`);
      target.health = 'healthy';
    }
  },
  'set-forward': ({ forwarder, changes }, world) => {
    if (find(world, forwarder).state !== 'running') throw new Error('the forwarder does not run');
    for (const { container, use } of changes) if (use !== 'gone') find(world, container);
  },
  'drain-backend': () => {},
  'probe-backend': ({ container }, world) => {
    if (find(world, container).state !== 'running') throw new Error('probed, but does not run');
  },
  'monitor-container': ({ container }, world) => {
    if (find(world, container).state !== 'running') throw new Error('watched, but does not run');
  },
  'pass-gate': () => {},
  'run-hook': ({ container }, world) => {
    if (find(world, container).state !== 'running') throw new Error('hook in a container that does not run');
  },
  'run-pre-start': ({ body }, world) => {
    for (const from of body.HostConfig.VolumesFrom ?? []) resolve(world, from);
  },
  'run-provider': () => {},
  'prepare-model': () => {},
  'snapshot-volumes': ({ snapshots }, world) => {
    for (const snapshot of snapshots) {
      const found = world.volumes.find((v) => v.name === snapshot.volume);
      if (found === undefined) throw new Error(`no volume ${snapshot.volume}`);
      refuseUsers(world, snapshot.volume);
      const proved = { time: '2026-01-01T00:00:00Z', digest: 'd', bytes: 1, entries: 2 };
      for (const body of [snapshotBody(snapshot), sealBody(snapshot, proved)]) {
        world.volumes = world.volumes.filter((v) => v.name !== body.Name);
        world.volumes.push({
          ...{ name: body.Name, driver: 'local', mountpoint: '', scope: 'local', created: '', options: {} },
          labels: body.Labels,
        });
      }
    }
  },
  'restore-volumes': ({ pairs }, world) => {
    for (const { snapshot, volume } of pairs) {
      const sealed = snapshotsIn(world.volumes).some((s) => s.name === snapshot && s.proved !== undefined);
      if (!sealed) throw new Error(`no snapshot ${snapshot}`);
      if (!world.volumes.some((v) => v.name === volume)) throw new Error(`no volume ${volume}`);
      refuseUsers(world, volume);
    }
  },
  'remove-snapshots': ({ snapshots }, world) => {
    world.volumes = world.volumes.filter(
      (v) => !snapshots.some((name) => v.name === name || v.name === sealName(name)),
    );
  },
  'copy-volume': ({ volume }, world) => {
    if (!world.volumes.some((v) => v.name === volume)) throw new Error(`no volume ${volume}`);
  },
  'sync-volumes': ({ pairs }, world) => {
    for (const { target } of pairs) {
      if (!world.volumes.some((v) => v.name === target)) throw new Error(`no volume ${target}`);
    }
  },
  'prove-volumes': () => {},
  'verify-volume': ({ volume }, world) => {
    if (!world.volumes.some((v) => v.name === volume)) throw new Error(`no volume ${volume}`);
  },
};

function apply<K extends OperationKind>(op: OperationOf<K>, world: World, node: PlanNode): void {
  const effect: (o: OperationOf<K>, w: World, n: PlanNode) => void = effects[op.kind as K];
  effect(op, world, node);
}

/**
 * What each engine holds after a plan. `pick` chooses among the nodes whose turn it could be (default: the first), so
 * that any order that the graph allows can be tried.
 *
 * @throws Error when a node meets a state in which a real engine would refuse
 */
export function simulateOn(
  plan: Plan,
  worlds: readonly Observed[],
  pick: (count: number) => number = () => 0,
): readonly Observed[] {
  const made = new Map<number, string>();
  const states = worlds.map(
    (observed): World => ({
      engine: observed.engine,
      containers: observed.containers.map((c) => ({ ...c })),
      networks: [...observed.networks],
      volumes: [...observed.volumes],
      images: { ...observed.images },
      made,
      counter: lastCount(observed),
    }),
  );
  const left = [...plan.nodes];
  const done = new Set<number>();
  while (left.length > 0) {
    const ready = left.filter((node) =>
      [...node.after, ...(node.whenEnded ?? [])].every((id) => done.has(id)),
    );
    if (ready.length === 0) throw new Error('the plan has a cycle');
    const node = ready[pick(ready.length)]!;
    const world = states.find((w) => w.engine === node.engine);
    if (world === undefined) throw new Error(`no engine ${node.engine}`);
    try {
      apply(node.operation, world, node);
    } catch (error) {
      throw new Error(`node ${node.id} (${node.operation.kind}): ${String(error)}`);
    }
    done.add(node.id);
    left.splice(left.indexOf(node), 1);
  }
  return worlds.map((observed, index) => {
    const { containers, networks, volumes, images } = states[index]!;
    const snapshots = snapshotsIn(volumes);
    return { ...observed, containers, networks, volumes, images, snapshots };
  });
}

/** The highest number that an earlier simulation has used in ids. */
function lastCount({ containers, networks, volumes }: Observed): number {
  const used = [
    ...containers.map((c) => c.created),
    ...networks.map((n) => Number(n.id.split('-').at(-1))),
    ...volumes.map((v) => Number(v.created)),
    ...containers.flatMap((c) => c.mounts.map((m) => Number(/^anonymous(\d+)$/.exec(m.name)?.[1] ?? 0))),
  ];
  return Math.max(0xa00000, ...used.filter((n) => !Number.isNaN(n)));
}

export function simulate(plan: Plan, observed: Observed, pick?: (count: number) => number): Observed {
  return simulateOn(plan, [observed], pick)[0]!;
}
