import type { HostConfigBody } from '../../model/bodies.ts';
import type { BytesText } from '../../model/scalars.ts';
import type { Service } from '../../model/service.ts';
import { parseBytes } from '../../util/bytes.ts';
import { hostRow, type Part, type Row, type Surroundings } from './row.ts';
import { entries, flag, scalar, unlessEmpty } from './views.ts';

type Numeric = {
  [K in keyof HostConfigBody]-?: NonNullable<HostConfigBody[K]> extends number ? K : never;
}[keyof HostConfigBody];

/** A number that engines can change while the container runs. */
function number(
  key: Numeric,
  attribute: string,
  write: (service: Service) => number | undefined,
  more: Partial<Part<number>> = {},
): Row {
  return hostRow(key, {
    attribute,
    onChange: 'update',
    view: scalar,
    ...more,
    write: ({ service }) => write(service) || undefined,
  });
}

/** Limits of processor, memory, processes and disks. */
export const resourceRows: readonly Row[] = [
  number('Memory', 'mem_limit', (s) => bytes(limits(s)?.memory ?? s.mem_limit), {
    also: ['deploy.resources.limits.memory'],
  }),
  number('MemoryReservation', 'mem_reservation', (s) => bytes(reservations(s)?.memory ?? s.mem_reservation), {
    also: ['deploy.resources.reservations.memory'],
  }),
  number('MemorySwap', 'memswap_limit', (s) => bytes(s.memswap_limit), {
    byItself: (_, value, { wanted, observed }) =>
      value === '-1' ||
      [wanted, observed].some(({ HostConfig }) => Number(value) === 2 * (HostConfig.Memory ?? 0)),
  }),
  number('MemorySwappiness', 'mem_swappiness', (s) => bytes(s.mem_swappiness), {
    onChange: 'recreate',
    byItself: (_, value) => value === '-1',
  }),
  number('NanoCpus', 'cpus', (s) => nanoCpus(limits(s)?.cpus ?? s.cpus), {
    also: ['deploy.resources.limits.cpus'],
  }),
  number('CpuCount', 'cpu_count', (s) => s.cpu_count, { onChange: 'recreate', hidden: always }),
  number('CpuPercent', 'cpu_percent', (s) => (s.cpu_percent ?? 0) * 100, {
    onChange: 'recreate',
    hidden: always,
  }),
  number('CpuPeriod', 'cpu_period', (s) => s.cpu_period, { byItself: isFromCpus }),
  number('CpuQuota', 'cpu_quota', (s) => s.cpu_quota, { byItself: isFromCpus }),
  number('CpuRealtimePeriod', 'cpu_rt_period', (s) => s.cpu_rt_period),
  number('CpuRealtimeRuntime', 'cpu_rt_runtime', (s) => s.cpu_rt_runtime),
  number('CpuShares', 'cpu_shares', (s) => s.cpu_shares),
  number('PidsLimit', 'pids_limit', (s) => limits(s)?.pids ?? s.pids_limit, {
    also: ['deploy.resources.limits.pids'],
    byItself: (_, value, { facts }) => value === '-1' || (facts.kind === 'podman' && value === '2048'),
  }),
  number('ShmSize', 'shm_size', (s) => bytes(s.shm_size), {
    onChange: 'recreate',
    byItself: (_, value, { wanted }) =>
      value === '67108864' || value === '65536000' || (wanted.HostConfig.IpcMode ?? '') !== '',
  }),
  number('OomScoreAdj', 'oom_score_adj', (s) => s.oom_score_adj, { onChange: 'recreate' }),
  hostRow('OomKillDisable', {
    attribute: 'oom_kill_disable',
    write: ({ service }) => service.oom_kill_disable,
    view: flag,
  }),
  hostRow('CpusetCpus', {
    attribute: 'cpuset',
    onChange: 'update',
    write: ({ service }) => service.cpuset,
    view: scalar,
  }),
  hostRow('CgroupParent', {
    attribute: 'cgroup_parent',
    write: ({ service }) => service.cgroup_parent,
    view: scalar,
    byItself: (_, value, { facts }) => facts.kind === 'podman' && value === '/libpod_parent',
  }),
  hostRow('Ulimits', {
    attribute: 'ulimits',
    write: ({ service }) => unlessEmpty(ulimitsOf(service)),
    view: (limits) =>
      Object.fromEntries(limits.map(({ Name, Soft, Hard }) => [`.${Name}`, `${Soft}:${Hard}`])),
    byItself: (field, _, { facts }) => facts.kind === 'podman' && (field === '.nofile' || field === '.nproc'),
  }),
  number('BlkioWeight', 'blkio_config.weight', (s) => s.blkio_config?.weight),
  hostRow('BlkioWeightDevice', {
    attribute: 'blkio_config.weight_device',
    write: ({ service }) => unlessEmpty(service.blkio_config?.weight_device?.map((entry) => ({ ...entry }))),
    view: entries(({ Path, Weight }) => `${Path}:${Weight}`),
  }),
  throttle('BlkioDeviceReadBps', 'device_read_bps'),
  throttle('BlkioDeviceReadIOps', 'device_read_iops'),
  throttle('BlkioDeviceWriteBps', 'device_write_bps'),
  throttle('BlkioDeviceWriteIOps', 'device_write_iops'),
];

type Throttle = 'BlkioDeviceReadBps' | 'BlkioDeviceReadIOps' | 'BlkioDeviceWriteBps' | 'BlkioDeviceWriteIOps';

function throttle(
  key: Throttle,
  name: 'device_read_bps' | 'device_read_iops' | 'device_write_bps' | 'device_write_iops',
): Row {
  return hostRow(key, {
    attribute: `blkio_config.${name}`,
    write: ({ service }) =>
      unlessEmpty(
        service.blkio_config?.[name]?.map(({ Path, Rate }) => ({ Path, Rate: parseBytes(Rate ?? '0') })),
      ),
    view: entries(({ Path, Rate }) => `${Path}:${Rate}`),
  });
}

function bytes(text: BytesText | undefined): number | undefined {
  return text === undefined ? undefined : parseBytes(text);
}

function nanoCpus(cpus: number | undefined): number | undefined {
  return cpus === undefined ? undefined : Math.trunc(Number((cpus * 1e9).toFixed(3)));
}

function limits(service: Service) {
  return service.deploy?.resources.limits;
}

function reservations(service: Service) {
  return service.deploy?.resources.reservations;
}

function ulimitsOf({ ulimits = {} }: Service): NonNullable<HostConfigBody['Ulimits']> {
  return Object.entries(ulimits).map(([Name, value]) =>
    typeof value === 'number'
      ? { Name, Soft: value, Hard: value }
      : { Name, Soft: value.soft ?? 0, Hard: value.hard ?? 0 },
  );
}

/** Only Windows containers have these, and no engine that was looked at shows them. */
function always(): boolean {
  return true;
}

/** Podman shows `cpus` as a share of a period too. */
function isFromCpus(_: string, __: string, { facts, wanted, observed }: Surroundings): boolean {
  return (
    facts.kind === 'podman' && [wanted, observed].some(({ HostConfig }) => (HostConfig.NanoCpus ?? 0) > 0)
  );
}
