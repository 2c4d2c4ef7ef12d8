import { parseDuration } from '../util/duration.ts';
import { isObject, objectOf } from '../util/json.ts';
import type { Service } from './service.ts';

/** Labels by which a forwarder is known: the service whose ports it holds, and a digest of how it was made. */
export const forwarderLabel = {
  service: 'tscompose.forwards',
  config: 'tscompose.forwards.config',
} as const;

/** What `x-tscompose` of a service says about its forwarder. */
export interface ForwarderSettings {
  /** Wanted or not, whatever the order of updates. */
  readonly wanted?: boolean;
  readonly drainMs?: number;
  readonly holdMs?: number;
  readonly proxy?: 1;
  /** Ports (of the container) on which connections are never moved. */
  readonly plain: readonly number[];
}

export function forwarderSettings(service: Service): ForwarderSettings {
  const settings = service['x-tscompose'];
  const all = objectOf(settings);
  const { forwarder } = all;
  const own = objectOf(forwarder);
  const drainMs = milliseconds(all['drain'] ?? own['drain']);
  const holdMs = milliseconds(own['hold']);
  const plain = own['tcp'];
  return {
    ...(typeof forwarder === 'boolean' && { wanted: forwarder }),
    ...(isObject(forwarder) && { wanted: true }),
    ...(drainMs !== undefined && { drainMs }),
    ...(holdMs !== undefined && { holdMs }),
    ...(own['proxy'] === 'v1' && { proxy: 1 as const }),
    plain: Array.isArray(plain) ? plain.map(Number) : [],
  };
}

/** True if the service's ports are held by a forwarder, so that its containers can be replaced behind them. */
export function isForwarded(service: Service): boolean {
  if ((service.ports ?? []).length === 0) return false;
  return forwarderSettings(service).wanted ?? service.deploy?.update_config?.order === 'start-first';
}

/** A service as its containers get it: without the ports that a forwarder holds. */
export function replicaOf(service: Service): Service {
  if (!isForwarded(service)) return service;
  const { ports = [], expose = [], ...rest } = service;
  const targets = ports.map(({ target, protocol }) => `${target}/${protocol ?? 'tcp'}`);
  return { ...rest, expose: [...new Set([...expose, ...targets])].sort() };
}

function milliseconds(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^[\d.hmsuµn]+$/.test(value)) return undefined;
  return Math.round(parseDuration(value) / 1e6);
}
