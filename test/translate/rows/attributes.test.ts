import { expect, test } from 'vitest';
import type { Service } from '../../../src/model/service.ts';
import { added } from '../bodies.ts';

/** What each attribute puts into the create body. */
const attributes: readonly (readonly [Service, Record<string, unknown>])[] = [
  [{ annotations: { a: '1' } }, { Annotations: { a: '1' } }],
  [
    {
      blkio_config: {
        weight: 300,
        weight_device: [{ Path: '/dev/sda', Weight: 400 }],
        device_read_bps: [{ Path: '/dev/sdb', Rate: '12582912' }],
        device_write_iops: [{ Path: '/dev/sdb' }],
      },
    },
    {
      BlkioWeight: 300,
      BlkioWeightDevice: [{ Path: '/dev/sda', Weight: 400 }],
      BlkioDeviceReadBps: [{ Path: '/dev/sdb', Rate: 12582912 }],
      BlkioDeviceWriteIOps: [{ Path: '/dev/sdb', Rate: 0 }],
    },
  ],
  [{ cap_add: ['sys_time', 'CAP_CHOWN', 'ALL'] }, { CapAdd: ['ALL', 'CAP_CHOWN', 'CAP_SYS_TIME'] }],
  [{ cap_drop: ['ALL'] }, { CapDrop: ['ALL'] }],
  [{ cgroup: 'host' }, { CgroupnsMode: 'host' }],
  [{ cgroup_parent: 'm-exec' }, { CgroupParent: 'm-exec' }],
  [{ command: ['a', 'b c'] }, { Cmd: ['a', 'b c'] }],
  [{ command: null }, {}],
  [
    { cpu_count: 2, cpu_percent: 50 },
    { CpuCount: 2, CpuPercent: 5000 },
  ],
  [
    { cpu_period: 1, cpu_quota: 2, cpu_rt_period: 3, cpu_rt_runtime: 4, cpu_shares: 5, cpuset: '0-3' },
    {
      CpuPeriod: 1,
      CpuQuota: 2,
      CpuRealtimePeriod: 3,
      CpuRealtimeRuntime: 4,
      CpuShares: 5,
      CpusetCpus: '0-3',
    },
  ],
  [{ cpus: 1.5 }, { NanoCpus: 1_500_000_000 }],
  [{ cpus: 0.29 }, { NanoCpus: 290_000_000 }],
  [
    {
      cpus: 4,
      mem_limit: '9',
      deploy: { placement: {}, resources: { limits: { cpus: 0.5, memory: '100', pids: 7 } } },
    },
    { NanoCpus: 500_000_000, Memory: 100, PidsLimit: 7 },
  ],
  [
    {
      deploy: {
        placement: {},
        resources: { reservations: { memory: '5', devices: [{ capabilities: ['gpu'], device_ids: ['0'] }] } },
      },
    },
    { MemoryReservation: 5, DeviceRequests: [{ DeviceIDs: ['0'], Capabilities: [['gpu']] }] },
  ],
  [
    {
      deploy: { placement: {}, resources: {}, restart_policy: { condition: 'on-failure', max_attempts: 3 } },
    },
    { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } },
  ],
  [
    { deploy: { placement: {}, resources: {}, restart_policy: { condition: 'none' } } },
    { RestartPolicy: { Name: 'no' } },
  ],
  [{ deploy: { placement: {}, resources: {}, restart_policy: {} } }, { RestartPolicy: { Name: 'always' } }],
  [{ device_cgroup_rules: ['c 1:3 mr'] }, { DeviceCgroupRules: ['c 1:3 mr'] }],
  [
    { devices: [{ source: '/dev/a', target: '/dev/b', permissions: 'r' }] },
    { Devices: [{ PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'r' }] },
  ],
  [
    { devices: [{ source: 'vendor.com/device=one', target: 'vendor.com/device=one', permissions: 'rwm' }] },
    { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['vendor.com/device=one'] }] },
  ],
  [
    { dns: ['1.1.1.1'], dns_opt: ['ndots:1'], dns_search: ['x'] },
    { Dns: ['1.1.1.1'], DnsOptions: ['ndots:1'], DnsSearch: ['x'] },
  ],
  [{ domainname: 'd' }, { Domainname: 'd' }],
  [{ entrypoint: [] }, { Entrypoint: [] }],
  [{ entrypoint: ['e'] }, { Entrypoint: ['e'] }],
  [{ environment: { B: '2', A: null, C: '' } }, { Env: ['A', 'B=2', 'C='] }],
  [{ expose: ['80', '90-91/udp'] }, { ExposedPorts: { '80/tcp': {}, '90/udp': {}, '91/udp': {} } }],
  [{ extra_hosts: ['a=1.2.3.4', 'v6=::1'] }, { ExtraHosts: ['a:1.2.3.4', 'v6:::1'] }],
  [{ group_add: ['mail'] }, { GroupAdd: ['mail'] }],
  [{ gpus: [{ count: -1 }] }, { DeviceRequests: [{ Count: -1, Capabilities: [['gpu']] }] }],
  [{ hostname: 'h' }, { Hostname: 'h' }],
  [
    {
      healthcheck: {
        test: ['CMD', 't'],
        interval: '1m30s',
        timeout: '1s',
        start_period: '500ms',
        start_interval: '1s',
        retries: 2,
      },
    },
    {
      Healthcheck: {
        Test: ['CMD', 't'],
        Interval: 90_000_000_000,
        Timeout: 1_000_000_000,
        StartPeriod: 500_000_000,
        StartInterval: 1_000_000_000,
        Retries: 2,
      },
    },
  ],
  [{ healthcheck: { disable: true, test: ['CMD', 't'] } }, { Healthcheck: { Test: ['NONE'] } }],
  [{ image: 'other:1' }, { Image: 'other:1' }],
  [{ init: false }, { Init: false }],
  [{ ipc: 'service:db' }, { IpcMode: 'container:id-of-db' }],
  [{ ipc: 'shareable' }, { IpcMode: 'shareable' }],
  [{ isolation: 'hyperv' }, { Isolation: 'hyperv' }],
  [{ logging: { driver: 'none' } }, { LogConfig: { Type: 'none' } }],
  [{ logging: { options: { a: 'b' } } }, { LogConfig: { Type: '', Config: { a: 'b' } } }],
  [
    { mem_limit: '10', mem_reservation: '5', memswap_limit: '-1', mem_swappiness: '60' },
    { Memory: 10, MemoryReservation: 5, MemorySwap: -1, MemorySwappiness: 60 },
  ],
  [
    { oom_kill_disable: true, oom_score_adj: -5 },
    { OomKillDisable: true, OomScoreAdj: -5 },
  ],
  [
    { pid: 'host', pids_limit: -1 },
    { PidMode: 'host', PidsLimit: -1 },
  ],
  [
    { privileged: true, read_only: true },
    { Privileged: true, ReadonlyRootfs: true },
  ],
  [
    {
      ports: [
        { target: 80, published: '8080-8090', host_ip: '::1', protocol: 'tcp' },
        { target: 80, protocol: 'udp' },
      ],
    },
    {
      ExposedPorts: { '80/tcp': {}, '80/udp': {} },
      PortBindings: { '80/tcp': [{ HostIp: '::1', HostPort: '8080-8090' }], '80/udp': [{}] },
    },
  ],
  [{ restart: 'on-failure:5' }, { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 5 } }],
  [{ restart: 'unless-stopped' }, { RestartPolicy: { Name: 'unless-stopped' } }],
  [{ runtime: 'runsc' }, { Runtime: 'runsc' }],
  [
    { security_opt: ['no-new-privileges', 'seccomp:unconfined'] },
    { SecurityOpt: ['no-new-privileges', 'seccomp:unconfined'] },
  ],
  [{ security_opt: ['systempaths=unconfined'] }, { MaskedPaths: [], ReadonlyPaths: [] }],
  [{ shm_size: '64' }, { ShmSize: 64 }],
  [
    { stdin_open: true, tty: true },
    { OpenStdin: true, Tty: true },
  ],
  [
    { stop_grace_period: '1m1.9s', stop_signal: 'SIGINT' },
    { StopTimeout: 61, StopSignal: 'SIGINT' },
  ],
  [{ storage_opt: { size: '1G' } }, { StorageOpt: { size: '1G' } }],
  [{ sysctls: { a: '1' } }, { Sysctls: { a: '1' } }],
  [{ tmpfs: ['/run', '/tmp:mode=755,uid=1'] }, { Tmpfs: { '/run': '', '/tmp': 'mode=755,uid=1' } }],
  [
    { ulimits: { nproc: 5, nofile: { soft: 1, hard: 2 } } },
    {
      Ulimits: [
        { Name: 'nproc', Soft: 5, Hard: 5 },
        { Name: 'nofile', Soft: 1, Hard: 2 },
      ],
    },
  ],
  [
    { user: '1:2', userns_mode: 'host', uts: 'host' },
    { User: '1:2', UsernsMode: 'host', UTSMode: 'host' },
  ],
  [{ volumes_from: ['db', 'container:other'] }, { VolumesFrom: ['id-of-db', 'other'] }],
  [{ working_dir: '/w' }, { WorkingDir: '/w' }],
];

test.each(attributes)('%j becomes %j', (service, parts) => {
  expect(added(service)).toEqual(parts);
});

test('a seccomp profile is sent as its content, without blanks', () => {
  const contents = () => new TextEncoder().encode('{ "defaultAction": "SCMP_ACT_ALLOW" }');
  expect(added({ security_opt: ['seccomp=profile.json'] }, { contents })).toEqual({
    SecurityOpt: ['seccomp={"defaultAction":"SCMP_ACT_ALLOW"}'],
  });
});

test('a seccomp profile that is missing or no JSON is refused', () => {
  const service = { security_opt: ['seccomp:profile.json'] };
  expect(() => added(service, { contents: () => undefined })).toThrow('/p/profile.json');
  expect(() => added(service)).toThrow('is not JSON');
});
