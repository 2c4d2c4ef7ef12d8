import { randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { EngineError, type EngineErrorKind } from '../../src/diagnostic/errors.ts';
import type {
  Attachment,
  ContainerDetails,
  ContainerSummary,
  Engine,
  EngineEvent,
  EngineFacts,
  ListFilter,
  MountSummary,
  NetworkSummary,
  VolumeSummary,
} from '../../src/engine/engine.ts';
import type { ImageDetails } from '../../src/engine/images.ts';
import type { ContainerBody, FileToCopy } from '../../src/model/bodies.ts';
import { Channel } from './channel.ts';

/** What a container of the fake engine does once it is started. All times in milliseconds. */
export interface Behaviour {
  /** Ends by itself with this code after `after`. */
  readonly exits?: { readonly code: number; readonly after: number };
  /** The engine's own verdict, told `after` the start. */
  readonly health?: { readonly status: 'healthy' | 'unhealthy'; readonly after: number };
  /** Results of the check run by exec, one after another; the last one stays. Default: 0. */
  readonly probes?: readonly number[];
  /** Code of hooks and other commands run by exec. */
  readonly execs?: (command: readonly string[]) => { readonly code: number; readonly output?: string };
  readonly log?: readonly string[];
  readonly startFails?: string;
  /** How long a stop takes. */
  readonly stopTakes?: number;
}

export interface FakeContainer {
  readonly id: string;
  name: string;
  body: ContainerBody;
  state: 'created' | 'running' | 'paused' | 'exited';
  exitCode: number;
  health: '' | 'starting' | 'healthy' | 'unhealthy';
  startedAt: number;
  probes: number;
  readonly files: FileToCopy[];
  readonly networks: Map<string, string>;
}

/** One call, for tests that count or order them. */
export interface FakeCall {
  readonly method: string;
  readonly target: string;
}

/**
 * An engine in memory: containers that start, get healthy and end as told, networks, volumes, images, events.
 * Every call takes a moment, so that what runs at the same time really overlaps.
 */
export class FakeEngine implements Partial<Engine> {
  readonly name: string;
  readonly facts: EngineFacts;
  readonly containers = new Map<string, FakeContainer>();
  readonly networks = new Map<string, NetworkSummary>();
  readonly volumes = new Map<string, VolumeSummary>();
  readonly images = new Map<string, ImageDetails>();
  /** Content of volumes as a tar, for copies. */
  readonly calls: FakeCall[] = [];
  /** By service name, else by container name. */
  readonly behaviours = new Map<string, Behaviour>();
  /** Called before each call; throws to make it fail, may wait to delay it. */
  before: ((call: FakeCall) => void | Promise<void>) | undefined;
  /** Milliseconds by which events come later than the answers to the calls that cause them. */
  eventDelay = 0;
  readonly #listeners = new Set<{ filter: (event: EngineEvent) => boolean; channel: Channel<EngineEvent> }>();
  readonly #execs = new Map<string, { readonly container: string; readonly code: number }>();
  #time = 1n;

  constructor(name = 'fake', facts: Partial<EngineFacts> = {}) {
    this.name = name;
    this.facts = {
      ...{ kind: 'docker', version: '28.0.0', apiVersion: '1.48', os: 'linux', arch: 'amd64' },
      address: 'memory:',
      ...facts,
    };
    this.addImage('busybox');
  }

  /** The interface; what the fake lacks fails when it is called. */
  get engine(): Engine {
    return new Proxy(this, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value === 'function') return value.bind(target);
        if (value !== undefined || typeof property === 'symbol' || property === 'then') return value;
        return () => Promise.reject(refusal('unsupported', property, 'the fake engine has no such call'));
      },
    }) as unknown as Engine;
  }

  addImage(reference: string, id = `sha256:${hex(reference)}`): ImageDetails {
    const image: ImageDetails = {
      ...{
        id,
        repoTags: [reference],
        repoDigests: [],
        os: 'linux',
        arch: 'amd64',
        variant: '',
        platforms: [],
        size: 1,
      },
      ...{ created: '', lastTagTime: '', layers: [] },
      config: {
        ...{ env: [], cmd: ['sh'], entrypoint: null, labels: {}, exposedPorts: [], volumes: [] },
        ...{ workingDir: '', user: '', stopSignal: '', healthcheck: undefined },
      },
    };
    this.images.set(reference, image);
    return image;
  }

  container(nameOrId: string): FakeContainer | undefined {
    return (
      this.containers.get(nameOrId) ?? [...this.containers.values()].find((one) => one.name === nameOrId)
    );
  }

  /** Ends a running container from outside. */
  end(nameOrId: string, code: number): void {
    const one = this.container(nameOrId);
    if (one?.state === 'running') this.#die(one, code);
  }

  setHealth(nameOrId: string, status: 'healthy' | 'unhealthy'): void {
    const one = this.#get('setHealth', nameOrId);
    if (one.state !== 'running') return;
    one.health = status;
    this.#tell(one, 'health_status', { detail: status });
  }

  /** Closes all event streams, as a restart of the engine does. */
  dropEvents(): void {
    for (const { channel } of this.#listeners) channel.end();
    this.#listeners.clear();
  }

  async listContainers({ labels = [], names, all = false }: ListFilter): Promise<ContainerSummary[]> {
    await this.#call('listContainers', '');
    const rows = [...this.containers.values()].filter(
      (one) =>
        (all || one.state === 'running' || one.state === 'paused') &&
        labels.every((label) => hasLabel(one.body.Labels, label)) &&
        (names === undefined || names.includes(one.name)),
    );
    return rows.map((one) => this.#summary(one));
  }

  async inspectContainer(id: string): Promise<ContainerDetails> {
    await this.#call('inspectContainer', id);
    const one = this.#get('inspectContainer', id);
    const running = one.state === 'running' || one.state === 'paused';
    return {
      ...{ id: one.id, name: one.name, image: one.body.Image, imageId: this.#imageId(one.body.Image) },
      ...{
        created: '',
        restartCount: 0,
        platform: 'linux',
        body: one.body,
        mounts: mountsOf(one),
        ports: [],
      },
      networks: this.#endpoints(one),
      state: {
        ...{
          status: one.state,
          running,
          paused: one.state === 'paused',
          restarting: false,
          oomKilled: false,
        },
        ...{ pid: running ? 1234 : 0, exitCode: one.exitCode, error: '', startedAt: '', finishedAt: '' },
        health: one.health === '' ? undefined : { status: one.health, failingStreak: 0, log: [] },
      },
    };
  }

  async createContainer(name: string, body: ContainerBody): Promise<{ id: string; warnings: string[] }> {
    const wanted = name === '' ? `fake_${randomBytes(4).toString('hex')}` : name;
    await this.#call('createContainer', wanted);
    if (this.container(wanted) !== undefined) {
      throw refusal('conflict', 'createContainer', `The container name "/${wanted}" is already in use`);
    }
    if (this.#image(body.Image) === undefined) {
      throw refusal('not-found', 'createContainer', `No such image: ${body.Image}`);
    }
    const id = randomBytes(32).toString('hex');
    const networks = new Map<string, string>();
    for (const network of Object.keys(body.NetworkingConfig?.EndpointsConfig ?? {}))
      networks.set(network, network);
    const one: FakeContainer = {
      ...{ id, name: wanted, body: structuredClone(body), state: 'created', exitCode: 0, health: '' },
      ...{ startedAt: 0, probes: 0, files: [], networks },
    };
    this.containers.set(id, one);
    this.#tell(one, 'create');
    return { id, warnings: [] };
  }

  async startContainer(id: string): Promise<void> {
    await this.#call('startContainer', id);
    const one = this.#get('startContainer', id);
    if (one.state === 'running') return;
    const behaviour = this.#behaviour(one);
    if (behaviour.startFails !== undefined) throw refusal('other', 'startContainer', behaviour.startFails);
    one.state = 'running';
    one.startedAt = Date.now();
    one.probes = 0;
    const checked = one.body.Healthcheck?.Test !== undefined && one.body.Healthcheck.Test[0] !== 'NONE';
    one.health = checked ? 'starting' : '';
    this.#tell(one, 'start');
    const started = one.startedAt;
    const later = (after: number, work: () => void) => {
      setTimeout(() => {
        if (one.state === 'running' && one.startedAt === started) work();
      }, after).unref();
    };
    const { exits, health } = behaviour;
    if (health !== undefined) later(health.after, () => this.setHealth(one.id, health.status));
    if (exits !== undefined) later(exits.after, () => this.#die(one, exits.code));
  }

  async stopContainer(id: string): Promise<void> {
    await this.#call('stopContainer', id);
    const one = this.#get('stopContainer', id);
    if (one.state !== 'running' && one.state !== 'paused') return;
    await pause(this.#behaviour(one).stopTakes ?? 0);
    this.#die(one, 0);
  }

  async restartContainer(id: string): Promise<void> {
    const one = this.#get('restartContainer', id);
    if (one.state === 'running') await this.stopContainer(id);
    await this.startContainer(id);
    this.#tell(one, 'restart');
  }

  async killContainer(id: string, signal = 'SIGKILL'): Promise<void> {
    await this.#call('killContainer', id);
    const one = this.#get('killContainer', id);
    if (one.state !== 'running') throw refusal('conflict', 'killContainer', `Container ${id} is not running`);
    this.#tell(one, 'kill', { attributes: { signal } });
    this.#die(one, signal.includes('KILL') ? 137 : 143);
  }

  async pauseContainer(id: string): Promise<void> {
    await this.#call('pauseContainer', id);
    this.#get('pauseContainer', id).state = 'paused';
  }

  async unpauseContainer(id: string): Promise<void> {
    await this.#call('unpauseContainer', id);
    this.#get('unpauseContainer', id).state = 'running';
  }

  async renameContainer(id: string, name: string): Promise<void> {
    await this.#call('renameContainer', id);
    const one = this.#get('renameContainer', id);
    if (this.container(name) !== undefined)
      throw refusal('conflict', 'renameContainer', `${name} is already in use`);
    one.name = name;
  }

  async updateContainer(id: string): Promise<void> {
    await this.#call('updateContainer', id);
    this.#get('updateContainer', id);
  }

  async removeContainer(id: string, { force = false }: { force?: boolean }): Promise<void> {
    await this.#call('removeContainer', id);
    const one = this.#get('removeContainer', id);
    if (one.state === 'running' && !force)
      throw refusal('conflict', 'removeContainer', 'container is running');
    if (one.state === 'running') this.#die(one, 137);
    this.containers.delete(one.id);
    this.#tell(one, 'destroy');
  }

  async waitContainer(
    id: string,
    condition: 'not-running' | 'next-exit',
    signal?: AbortSignal,
    placed?: () => void,
  ): Promise<number> {
    await this.#call('waitContainer', id);
    const one = this.#get('waitContainer', id);
    if (condition === 'not-running' && one.state !== 'running') return one.exitCode;
    const channel = new Channel<EngineEvent>();
    const listener = { filter: (event: EngineEvent) => event.id === id && event.action === 'die', channel };
    this.#listeners.add(listener);
    const end = () => channel.end();
    signal?.addEventListener('abort', end, { once: true });
    placed?.();
    for await (const event of channel) {
      this.#listeners.delete(listener);
      return Number(event.attributes['exitCode']);
    }
    throw new DOMException('aborted', 'AbortError');
  }

  async *logs(id: string): AsyncGenerator<{ stream: 'stdout'; data: Uint8Array }> {
    await this.#call('logs', id);
    const one = this.#get('logs', id);
    for (const line of this.#behaviour(one).log ?? [])
      yield { stream: 'stdout', data: Buffer.from(`${line}\n`) };
  }

  async createExec(id: string, { command }: { command: readonly string[] }): Promise<string> {
    await this.#call('createExec', id);
    const one = this.#get('createExec', id);
    if (one.state !== 'running') throw refusal('conflict', 'createExec', `Container ${id} is not running`);
    const exec = randomBytes(16).toString('hex');
    this.#execs.set(exec, { container: one.id, code: this.#run(one, command).code });
    return exec;
  }

  async startExec(exec: string): Promise<Attachment> {
    await this.#call('startExec', exec);
    const none = () => new PassThrough().end();
    return { stdin: undefined, stdout: none(), stderr: none(), ended: Promise.resolve(), close: () => {} };
  }

  async inspectExec(exec: string): Promise<{ running: boolean; exitCode: number | undefined; pid: number }> {
    await this.#call('inspectExec', exec);
    return { running: false, exitCode: this.#execs.get(exec)?.code, pid: 0 };
  }

  async copyFiles(id: string, files: readonly FileToCopy[]): Promise<void> {
    await this.#call('copyFiles', id);
    this.#get('copyFiles', id).files.push(...files);
  }

  async listNetworks({ labels = [] }: ListFilter): Promise<NetworkSummary[]> {
    await this.#call('listNetworks', '');
    return [...this.networks.values()].filter((one) => labels.every((label) => hasLabel(one.labels, label)));
  }

  async inspectNetwork(name: string): Promise<NetworkSummary | undefined> {
    await this.#call('inspectNetwork', name);
    return [...this.networks.values()].find((one) => one.name === name || one.id === name);
  }

  async createNetwork(
    body: Parameters<Engine['createNetwork']>[0],
  ): Promise<{ id: string; warnings: string[] }> {
    await this.#call('createNetwork', body.Name);
    const id = randomBytes(32).toString('hex');
    this.networks.set(id, {
      ...{
        id,
        name: body.Name,
        driver: body.Driver ?? 'bridge',
        scope: 'local',
        internal: body.Internal ?? false,
      },
      ...{ attachable: body.Attachable ?? false, enableIPv6: body.EnableIPv6 ?? false, labels: body.Labels },
      ...{ options: body.Options ?? {}, ipam: body.IPAM ?? {}, containers: [] },
    });
    return { id, warnings: [] };
  }

  async removeNetwork(nameOrId: string): Promise<void> {
    await this.#call('removeNetwork', nameOrId);
    const found = await this.inspectNetwork(nameOrId);
    if (found === undefined) throw refusal('not-found', 'removeNetwork', `No such network: ${nameOrId}`);
    const users = [...this.containers.values()].filter((one) => one.networks.has(found.name));
    if (users.some((one) => one.state === 'running')) {
      throw refusal('conflict', 'removeNetwork', `network ${found.name} has active endpoints`);
    }
    this.networks.delete(found.id);
  }

  async connectNetwork(network: string, id: string): Promise<void> {
    await this.#call('connectNetwork', `${network} ${id}`);
    this.#get('connectNetwork', id).networks.set(network, network);
  }

  async disconnectNetwork(network: string, id: string): Promise<void> {
    await this.#call('disconnectNetwork', `${network} ${id}`);
    this.#get('disconnectNetwork', id).networks.delete(network);
  }

  async listVolumes({ labels = [] }: ListFilter): Promise<VolumeSummary[]> {
    await this.#call('listVolumes', '');
    return [...this.volumes.values()].filter((one) => labels.every((label) => hasLabel(one.labels, label)));
  }

  async inspectVolume(name: string): Promise<VolumeSummary | undefined> {
    await this.#call('inspectVolume', name);
    return this.volumes.get(name);
  }

  async createVolume(body: Parameters<Engine['createVolume']>[0]): Promise<VolumeSummary> {
    await this.#call('createVolume', body.Name);
    const volume: VolumeSummary = {
      ...{ name: body.Name, driver: body.Driver ?? 'local', mountpoint: '', scope: 'local', created: '' },
      ...{ labels: body.Labels, options: body.DriverOpts ?? {} },
    };
    this.volumes.set(body.Name, volume);
    return volume;
  }

  async removeVolume(name: string): Promise<void> {
    await this.#call('removeVolume', name);
    if (!this.volumes.delete(name)) throw refusal('not-found', 'removeVolume', `No such volume: ${name}`);
  }

  async volumeSizes(): Promise<Map<string, number>> {
    return new Map([...this.volumes.keys()].map((name) => [name, 0]));
  }

  async listImages(): Promise<never[]> {
    return [];
  }

  async inspectImage(reference: string): Promise<ImageDetails | undefined> {
    await this.#call('inspectImage', reference);
    return this.#image(reference);
  }

  async pullImage(reference: string): Promise<void> {
    await this.#call('pullImage', reference);
    this.addImage(reference);
  }

  async tagImage(reference: string, target: string): Promise<void> {
    const image = this.#image(reference);
    if (image === undefined) throw refusal('not-found', 'tagImage', `No such image: ${reference}`);
    this.images.set(target, image);
  }

  async removeImage(reference: string): Promise<void> {
    await this.#call('removeImage', reference);
    if (!this.images.delete(reference))
      throw refusal('not-found', 'removeImage', `No such image: ${reference}`);
  }

  async buildImage({ tags, context }: Parameters<Engine['buildImage']>[0]): Promise<string> {
    await this.#call('buildImage', tags[0] ?? '');
    if (typeof context !== 'string') {
      const tar = 'tree' in context ? (await context.archive()).tar : context;
      for await (const _ of tar);
    }
    return this.addImage(tags[0] ?? 'built').id;
  }

  async saveImages(references: readonly string[]): Promise<Readable> {
    return Readable.from([Buffer.from(references.join('\n'))]);
  }

  async loadImages(archive: Readable): Promise<string[]> {
    let text = '';
    for await (const chunk of archive) text += String(chunk);
    for (const reference of text.split('\n')) this.addImage(reference);
    return text.split('\n');
  }

  async events(
    { labels = [], types, containers }: Parameters<Engine['events']>[0],
    signal: AbortSignal,
  ): Promise<AsyncIterable<EngineEvent>> {
    await this.#call('events', '');
    const channel = new Channel<EngineEvent>();
    const filter = (event: EngineEvent) =>
      (types === undefined || types.some((type) => type === event.type)) &&
      (containers === undefined || containers.includes(event.id)) &&
      labels.every((label) => hasLabel(event.attributes, label));
    this.#listeners.add({ filter, channel });
    signal.addEventListener('abort', () => channel.end(), { once: true });
    return channel;
  }

  close(): void {
    this.dropEvents();
  }

  /** Containers, networks and volumes by name, for comparing states. */
  snapshot(): { containers: Record<string, string>; networks: string[]; volumes: string[] } {
    return {
      containers: Object.fromEntries(
        [...this.containers.values()].map((one) => [one.name, one.state]).sort(),
      ),
      networks: [...this.networks.values()].map((one) => one.name).sort(),
      volumes: [...this.volumes.keys()].sort(),
    };
  }

  async #call(method: string, target: string): Promise<void> {
    const call = { method, target };
    this.calls.push(call);
    await pause(0);
    await this.before?.(call);
  }

  #get(call: string, id: string): FakeContainer {
    const one = this.container(id);
    if (one === undefined) throw refusal('not-found', call, `No such container: ${id}`);
    return one;
  }

  #image(reference: string): ImageDetails | undefined {
    return this.images.get(reference) ?? [...this.images.values()].find((image) => image.id === reference);
  }

  #imageId(reference: string): string {
    return this.#image(reference)?.id ?? '';
  }

  #behaviour(one: FakeContainer): Behaviour {
    const service = one.body.Labels['com.docker.compose.service'] ?? '';
    return this.behaviours.get(service) ?? this.behaviours.get(one.name) ?? {};
  }

  #run(one: FakeContainer, command: readonly string[]): { code: number; output?: string } {
    const behaviour = this.#behaviour(one);
    const check = one.body.Healthcheck?.Test;
    const isProbe = check !== undefined && command.at(-1) === check.at(-1);
    if (!isProbe) return behaviour.execs?.(command) ?? { code: 0 };
    const probes = behaviour.probes ?? [0];
    return { code: probes[Math.min(one.probes++, probes.length - 1)] ?? 0 };
  }

  #die(one: FakeContainer, code: number): void {
    if (one.state !== 'running' && one.state !== 'paused') return;
    one.state = 'exited';
    one.exitCode = code;
    this.#tell(one, 'die', { attributes: { exitCode: String(code) } });
  }

  #tell(
    one: FakeContainer,
    action: string,
    { detail = '', attributes = {} }: { detail?: string; attributes?: Record<string, string> } = {},
  ): void {
    const event: EngineEvent = {
      ...{ type: 'container', action, detail, id: one.id, timeNano: this.#time++ },
      attributes: { ...one.body.Labels, name: one.name, image: one.body.Image, ...attributes },
    };
    const deliver = () => {
      for (const { filter, channel } of [...this.#listeners]) if (filter(event)) channel.push(event);
    };
    if (this.eventDelay > 0) setTimeout(deliver, this.eventDelay);
    else deliver();
  }

  #endpoints(one: FakeContainer): ContainerSummary['networks'] {
    return Object.fromEntries(
      [...one.networks.keys()].map((name) => {
        const networkId = [...this.networks.values()].find((n) => n.name === name)?.id ?? name;
        return [name, { networkId, ipAddress: '', ipv6Address: '', macAddress: '', aliases: [] }];
      }),
    );
  }

  #summary(one: FakeContainer): ContainerSummary {
    return {
      ...{ id: one.id, name: one.name, names: [one.name], image: one.body.Image, command: '', created: 0 },
      ...{
        imageId: this.#imageId(one.body.Image),
        state: one.state,
        health: one.health,
        ports: [],
        mounts: mountsOf(one),
      },
      status: one.state === 'exited' ? `Exited (${one.exitCode}) now` : 'Up',
      exitCode: one.state === 'exited' ? one.exitCode : undefined,
      ...{ labels: one.body.Labels, networks: this.#endpoints(one), networkMode: '' },
    };
  }
}

export function refusal(kind: EngineErrorKind, call: string, message: string): EngineError {
  return new EngineError(kind, call, message);
}

function mountsOf({ body }: FakeContainer): MountSummary[] {
  const mounts = (body.HostConfig.Mounts ?? []).map(({ Type, Source = '', Target, ReadOnly }) => ({
    type: Type,
    ...(Type === 'volume'
      ? { name: Source, source: '', driver: 'local' }
      : { name: '', source: Source, driver: '' }),
    ...{ destination: Target, readWrite: ReadOnly !== true },
  }));
  const binds = (body.HostConfig.Binds ?? []).map((bind) => {
    const [source = '', destination = '', mode = ''] = bind.split(':');
    const volume = !source.startsWith('/');
    return {
      ...{ type: volume ? 'volume' : 'bind', name: volume ? source : '', source: volume ? '' : source },
      ...{ destination, driver: volume ? 'local' : '', readWrite: !mode.split(',').includes('ro') },
    };
  });
  return [...mounts, ...binds];
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const at = wanted.indexOf('=');
  return at < 0 ? wanted in labels : labels[wanted.slice(0, at)] === wanted.slice(at + 1);
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64);
}
