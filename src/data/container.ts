import type { Readable, Writable } from 'node:stream';
import { EngineError } from '../diagnostic/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { ContainerBody } from '../model/bodies.ts';
import { forwarderLabel } from '../model/forwarding.ts';
import { ensureHelper, helperLabel } from './image.ts';

/** A volume in a helper container. */
export interface HelperMount {
  readonly volume: string;
  /** Absolute path in the container. */
  readonly at: string;
  readonly readOnly?: boolean;
}

export interface HelperRequest {
  /** The helper's subcommand and its words. */
  readonly args: readonly string[];
  readonly mounts?: readonly HelperMount[];
  /** Folders of the host, by absolute path. */
  readonly binds?: readonly { readonly source: string; readonly at: string; readonly readOnly?: boolean }[];
  /** Default: no network at all. */
  readonly networkMode?: string;
  /** Ports of the container that the host publishes, on ports of the engine's choice. */
  readonly publish?: readonly number[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** A helper container that runs; both outputs have to be read. */
export interface HelperProcess {
  readonly id: string;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Its exit code. */
  readonly exit: Promise<number>;
  /** Ends it if it runs, and removes its container. */
  close(): Promise<void>;
}

/**
 * Runs the helper in a container of its own with its streams attached. Nothing of what goes through them is logged.
 * Its input ends with our connection, so it does not outlive us.
 */
export async function runHelper(engine: Engine, request: HelperRequest): Promise<HelperProcess> {
  const { image } = await ensureHelper(engine);
  const { id } = await engine.createContainer('', bodyOf(image, request));
  const remove = () => removeHelper(engine, id);
  try {
    const streams = await engine.attach(id, { stdin: true, stdout: true, stderr: true, tty: false });
    const over = new AbortController();
    const exit = engine.waitContainer(id, 'next-exit', over.signal);
    exit.catch(() => {});
    await engine.startContainer(id);
    return {
      ...{ id, stdin: streams.stdin!, stdout: streams.stdout, stderr: streams.stderr, exit },
      close: async () => {
        over.abort();
        streams.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A helper that goes on without us. */
export interface LastingHelper {
  readonly args: readonly string[];
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly environment: readonly string[];
  readonly restart: string;
  /** Of the host, under the same number. */
  readonly ports: readonly { readonly hostIp: string; readonly port: number; readonly protocol: string }[];
  readonly file: { readonly target: string; readonly content: Uint8Array };
}

/** Starts a helper that stays; a former one of its name goes. */
export async function helperContainer(engine: Engine, lasting: LastingHelper): Promise<string> {
  const { image } = await ensureHelper(engine);
  const { args, name, labels, environment, restart, ports, file } = lasting;
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { hostIp, port, protocol } of ports) {
    const key = `${port}/${protocol}`;
    bindings[key] = [...(bindings[key] ?? []), { HostIp: hostIp, HostPort: String(port) }];
  }
  const former = await engine.listContainers({ all: true, labels: [helperLabel] });
  for (const one of former.filter((each) => each.name === name)) await removeHelper(engine, one.id);
  const { id } = await engine.createContainer(name, {
    ...{ Image: image, Cmd: [...args], User: '0:0', Env: [...environment] },
    Labels: { ...labels, [helperLabel]: args[0] ?? '' },
    ExposedPorts: Object.fromEntries(Object.keys(bindings).map((key) => [key, {}])),
    HostConfig: {
      ...{ NetworkMode: 'bridge', PortBindings: bindings, RestartPolicy: { Name: restart } },
      CapDrop: ['ALL'],
      CapAdd: ['NET_BIND_SERVICE', 'DAC_OVERRIDE'],
    },
  });
  try {
    await engine.copyFiles(id, [{ ...file, mode: 0o600, uid: 0, gid: 0 }]);
    await engine.startContainer(id);
  } catch (error) {
    await removeHelper(engine, id);
    throw error;
  }
  return id;
}

/** Removes helper containers that a killed command left behind, of those with these labels. */
export async function sweepHelpers(engine: Engine, labels: readonly string[] = []): Promise<void> {
  const left = await engine.listContainers({ all: true, labels: [helperLabel, ...labels] });
  for (const { id, state, labels: own } of left) {
    // Made from the same image, but not left behind: it holds the ports of a service.
    if (forwarderLabel.service in own) continue;
    if (labels.length > 0 || state === 'exited' || state === 'dead') await removeHelper(engine, id);
  }
}

async function removeHelper(engine: Engine, id: string): Promise<void> {
  try {
    // Not with its volumes: one that is carried may be anonymous itself.
    await engine.removeContainer(id, { force: true, volumes: false });
  } catch (error) {
    if (!(error instanceof EngineError) || !['not-found', 'conflict'].includes(error.kind)) throw error;
  }
}

function bodyOf(image: string, request: HelperRequest): ContainerBody {
  const { args, mounts = [], binds = [], networkMode = 'none', publish = [], labels = {} } = request;
  const ports = publish.map((port) => `${port}/tcp`);
  return {
    Image: image,
    Cmd: [...args],
    User: '0:0',
    Labels: { ...labels, [helperLabel]: args[0] ?? '' },
    ...{ AttachStdin: true, AttachStdout: true, AttachStderr: true, OpenStdin: true, StdinOnce: true },
    StopTimeout: 1,
    ...(ports.length > 0 && { ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])) }),
    HostConfig: {
      // Contents go through the streams: no log may keep them.
      LogConfig: { Type: 'none' },
      NetworkMode: networkMode,
      ReadonlyRootfs: true,
      // Devices in volumes; extended attributes of the "trusted" kind, which nobody else may even see.
      CapAdd: ['MKNOD', 'SYS_ADMIN'],
      ...(ports.length > 0 && {
        PortBindings: Object.fromEntries(ports.map((port) => [port, [{ HostIp: '', HostPort: '' }]])),
      }),
      Mounts: mounts.map(({ volume, at, readOnly }) => ({
        ...{ Type: 'volume', Source: volume, Target: at, ...(readOnly === true && { ReadOnly: true }) },
        VolumeOptions: { NoCopy: true },
      })),
      // In this form the engine makes folders that are missing.
      Binds: binds.map(({ source, at, readOnly }) => `${source}:${at}${readOnly === true ? ':ro' : ''}`),
    },
  };
}
