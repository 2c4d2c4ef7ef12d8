import { homedir } from 'node:os';
import { EngineError } from '../diagnostic/errors.ts';
import { type Address, readAddress } from './address.ts';
import { httpEngine } from './client/engine.ts';
import type { Endpoint, Surroundings } from './endpoints/endpoint.ts';
import type { Engine } from './engine.ts';
import { type Finding, findEngine, nothingFound } from './find.ts';
import { type Dialable, Transport } from './http/transport.ts';
import { negotiate } from './negotiate.ts';

export interface ConnectOptions {
  readonly host?: string | undefined;
  readonly context?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home?: string | undefined;
  /** `--tls`, `--tlsverify` and the files that are named with them. */
  readonly tls?: Surroundings['tls'];
  readonly signal?: AbortSignal;
}

/** Longest wait for an engine's first answer, in milliseconds. */
const patience = 15_000;

/**
 * Connects to the engine that the options, the environment and the machine lead to. If none answers
 * and Podman is installed, its service is started: it needs no daemon.
 * @throws EngineError that says what was tried and what to do
 */
export async function connect(options: ConnectOptions): Promise<Engine> {
  const world = surroundings(options);
  const finding = await look(world, options.signal);
  if (finding.engine !== undefined) return finding.engine;
  // Below, only what few runs need.
  const { canStart, startOnDemand, waysOut } = await import('./manage.ts');
  if (finding.endpoint === undefined && canStart(world, 'podman')) {
    return await openEndpoint(await startOnDemand(world), world, options.signal);
  }
  throw nothingFound(finding, waysOut(world));
}

/** Asks all strategies, and starts nothing. */
export function look(world: Surroundings, signal?: AbortSignal): Promise<Finding> {
  return findEngine(world, (endpoint) => openEndpoint(endpoint, world, signal));
}

export function surroundings(options: ConnectOptions): Surroundings {
  const { host, context, environment, tls } = options;
  const home = options.home || environment['HOME'] || homedir();
  const uid = process.getuid?.() ?? -1;
  return { host, context, tls, environment, home, uid, platform: process.platform };
}

/** A client of one endpoint, once it has answered. */
export async function openEndpoint(
  endpoint: Endpoint,
  world: Surroundings,
  signal?: AbortSignal,
): Promise<Engine> {
  const given = readAddress(endpoint.address, world.platform);
  const { address, release, ready, peer } = await dialable(given, world);
  const transport = new Transport(address, endpoint.tls, ready);
  const limit = AbortSignal.timeout(patience);
  try {
    const facts = await negotiate(transport, {
      address: given.text,
      local: given.kind === 'unix',
      wanted: world.environment['DOCKER_API_VERSION'] ?? '',
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
    const name = endpoint.name === endpoint.address ? given.text : endpoint.name;
    const all = peer === undefined ? facts : { ...facts, peer };
    return httpEngine({ name, facts: all, transport, address, tls: endpoint.tls, release });
  } catch (error) {
    transport.close();
    release();
    if (limit.aborted && signal?.aborted !== true) throw silent(given.text);
    throw error;
  }
}

function silent(address: string): EngineError {
  const message = `${address}: no answer within ${patience / 1000} s`;
  return new EngineError('unreachable', 'GET /_ping', message, { hint: 'check the engine and the network' });
}

async function dialable(
  address: Address,
  world: Surroundings,
): Promise<{
  address: Dialable;
  release: () => void;
  ready?: () => Promise<void>;
  peer?: string | undefined;
}> {
  if (address.kind !== 'ssh') return { address, release: () => {} };
  const { openTunnel } = await import('./ssh/tunnel.ts');
  const tunnel = await openTunnel(address, world);
  const socket = { kind: 'unix', path: tunnel.socket, text: address.text } as const;
  return { address: socket, release: () => tunnel.close(), ready: () => tunnel.ready(), peer: tunnel.peer };
}
