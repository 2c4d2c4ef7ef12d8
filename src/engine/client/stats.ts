import { setTimeout as sleep } from 'node:timers/promises';
import { listOf, numberOf, objectOf, type Raw, textOf } from '../../util/json.ts';
import type { ContainerStats } from '../engine.ts';
import { jsonValues } from '../http/lines.ts';
import { type Api, segment } from './api.ts';

interface StatsOptions {
  readonly stream: boolean;
  readonly signal?: AbortSignal;
}

/** Samples of a container's use of the machine, one a second; an aborted signal ends them. */
export function stats(api: Api, id: string, options: StatsOptions): AsyncGenerator<ContainerStats> {
  return api.podman ? polledStats(api, id, options) : streamedStats(api, id, options);
}

/** Podman's own stream has a sample every five seconds: single ones are asked for, two for the first. */
async function* polledStats(
  api: Api,
  id: string,
  { stream, signal }: StatsOptions,
): AsyncGenerator<ContainerStats> {
  const path = `/containers/${segment(id)}/stats`;
  const details = objectOf(await api.json('GET', `/containers/${segment(id)}/json`));
  const known = { id: textOf(details['Id']), name: textOf(details['Name']) };
  let previous: Raw | undefined;
  while (signal?.aborted !== true) {
    const raw = objectOf(await api.json('GET', path, { query: { stream: false } }));
    if (raw['read'] === undefined) yield containerStats(known, undefined);
    else if (previous !== undefined) yield containerStats(raw, previous);
    const told = previous !== undefined || raw['read'] === undefined;
    previous = raw['read'] === undefined ? undefined : raw;
    if (told && !stream) return;
    await sleep(told ? 1000 : 250, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}

async function* streamedStats(
  api: Api,
  id: string,
  { stream, signal }: StatsOptions,
): AsyncGenerator<ContainerStats> {
  const path = `/containers/${segment(id)}/stats`;
  const own = new AbortController();
  const abort = () => own.abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const answer = await api.stream('GET', path, { query: { stream: true }, signal: own.signal });
    let previous: Raw | undefined;
    for await (const value of jsonValues(answer)) {
      const raw = objectOf(value);
      const first =
        previous === undefined && numberOf(objectOf(raw['precpu_stats'])['system_cpu_usage']) === 0;
      const sample = containerStats(raw, previous);
      previous = raw;
      if (first && isRunning(raw)) continue;
      yield sample;
      if (!stream) return;
    }
  } catch (error) {
    if (signal?.aborted !== true) throw api.broken(`GET ${path}`, error);
  } finally {
    signal?.removeEventListener('abort', abort);
    own.abort();
  }
}

/** A stopped container's samples have no time. */
function isRunning(raw: Raw): boolean {
  return !textOf(raw['read']).startsWith('0001');
}

export function containerStats(raw: Raw, previous: Raw | undefined): ContainerStats {
  const memory = objectOf(raw['memory_stats']);
  const detail = objectOf(memory['stats']);
  const cache = numberOf(detail['total_inactive_file'] ?? detail['inactive_file']);
  const usage = numberOf(memory['usage']);
  const networks = Object.values(objectOf(raw['networks'])).map(objectOf);
  return {
    id: textOf(raw['id'] ?? raw['Id']),
    name: textOf(raw['name']).replace(/^\//, ''),
    read: textOf(raw['read']),
    cpuPercent: cpuPercent(raw, previous),
    memoryUsage: cache < usage ? usage - cache : usage,
    memoryLimit: numberOf(memory['limit']),
    networkRx: sum(networks.map((one) => numberOf(one['rx_bytes']))),
    networkTx: sum(networks.map((one) => numberOf(one['tx_bytes']))),
    blockRead: blockBytes(raw, 'read'),
    blockWrite: blockBytes(raw, 'write'),
    pids: numberOf(objectOf(raw['pids_stats'])['current']),
  };
}

/** 100 is one processor. Time that passed is compared, for the engines count the machine's in different ways. */
function cpuPercent(raw: Raw, previous: Raw | undefined): number {
  const before = previous === undefined ? objectOf(raw['precpu_stats']) : objectOf(previous['cpu_stats']);
  const from = Date.parse(textOf(previous === undefined ? raw['preread'] : previous['read']));
  const elapsed = (Date.parse(textOf(raw['read'])) - from) * 1e6;
  const used = totalUsage(objectOf(raw['cpu_stats'])) - totalUsage(before);
  return elapsed > 0 && used > 0 ? (used / elapsed) * 100 : 0;
}

function totalUsage(cpu: Raw): number {
  return numberOf(objectOf(cpu['cpu_usage'])['total_usage']);
}

function blockBytes(raw: Raw, operation: string): number {
  const entries = listOf(objectOf(raw['blkio_stats'])['io_service_bytes_recursive']).map(objectOf);
  return sum(
    entries
      .filter((one) => textOf(one['op']).toLowerCase() === operation)
      .map((one) => numberOf(one['value'])),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
