import { describe, expect, test } from 'vitest';
import type { Service } from '../../src/model/service.ts';
import { compareRecorded, recorded } from './recorded/load.ts';
import { recordedProject, services } from './recorded/services.ts';

type Changed = readonly [name: string, changes: Partial<Service>, fields: readonly string[]];

/** One attribute changed at a time: the service it belongs to, the change, and the fields to be named. */
const changed: readonly Changed[] = [
  ['bare', { environment: { NEW: '1' } }, ['environment.NEW']],
  ['bare', { command: ['true'] }, ['command']],
  ['bare', { labels: { a: 'b' } }, ['labels.a']],
  ['bare', { user: 'nobody' }, ['user']],
  ['bare', { working_dir: '/srv' }, ['working_dir']],
  ['bare', { restart: 'always' }, ['restart']],
  ['bare', { privileged: true }, ['privileged']],
  ['bare', { tmpfs: ['/t'] }, ['tmpfs./t']],
  ['bare', { mem_limit: '8388608' }, ['mem_limit']],
  [
    'bare',
    { healthcheck: { test: ['CMD', 'true'], interval: '5s' } },
    ['healthcheck.interval', 'healthcheck.test'],
  ],
  ['bare', { volumes: [{ type: 'volume', target: '/v' }] }, ['volumes./v']],
  ['bare', { ports: [{ target: 80, published: '81' }] }, ['ports.80/tcp']],
  ['bare', { configs: [{ source: 'conf', target: '/etc/conf' }] }, ['volumes./etc/conf']],
  ['process', { environment: { A: '2', 'B.C': 'x=y', EMPTY: '' } }, ['environment.A']],
  ['process', { environment: { A: '1', EMPTY: '' } }, ['environment.B.C']],
  ['process', { command: ['sleep 1000', 'two', 'words'] }, ['command']],
  ['process', { entrypoint: ['/bin/sh'] }, ['entrypoint']],
  ['process', { user: '1000' }, ['user']],
  ['process', { working_dir: '/' }, ['working_dir']],
  ['process', { tty: false }, ['tty']],
  ['process', { stdin_open: false }, ['stdin_open']],
  ['process', { stop_signal: 'SIGINT' }, ['stop_signal']],
  ['process', { stop_grace_period: '1m0s' }, ['stop_grace_period']],
  ['process', { labels: { 'com.example.a': 'two', b: '' } }, ['labels.com.example.a']],
  ['process', { labels: { 'com.example.a': 'one' } }, ['labels.b']],
  ['process', { hostname: 'there' }, ['hostname']],
  ['process', { restart: 'on-failure:4' }, ['restart']],
  ['process', { restart: 'no' }, ['restart']],
  [
    'process',
    { healthcheck: { ...services['process']!.healthcheck, interval: '12s' } },
    ['healthcheck.interval'],
  ],
  ['process', { healthcheck: { ...services['process']!.healthcheck, retries: 2 } }, ['healthcheck.retries']],
  [
    'process',
    { healthcheck: { ...services['process']!.healthcheck, timeout: '9s' } },
    ['healthcheck.timeout'],
  ],
  [
    'process',
    { healthcheck: { ...services['process']!.healthcheck, test: ['CMD', 'x'] } },
    ['healthcheck.test'],
  ],
  [
    'process',
    { healthcheck: { ...services['process']!.healthcheck, start_period: '4s' } },
    ['healthcheck.start_period'],
  ],
  ['limits', { mem_limit: '67108865', memswap_limit: '134217728' }, ['mem_limit']],
  ['limits', { mem_reservation: '33554433' }, ['mem_reservation']],
  ['limits', { memswap_limit: '-1' }, ['memswap_limit']],
  ['limits', { cpus: 0.25 }, ['cpus']],
  ['limits', { cpu_shares: 2 }, ['cpu_shares']],
  ['limits', { pids_limit: 51 }, ['pids_limit']],
  ['limits', { shm_size: '2097152' }, ['shm_size']],
  ['limits', { oom_score_adj: 101 }, ['oom_score_adj']],
  ['limits', { ulimits: { nofile: { soft: 512, hard: 2048 }, nproc: 256 } }, ['ulimits.nofile']],
  ['limits', { cpuset: '0-1' }, ['cpuset']],
  ['limits', { cgroup_parent: '/other' }, ['cgroup_parent']],
  ['periods', { cpu_quota: 10000 }, ['cpu_quota']],
  ['periods', { cpu_period: 100000 }, ['cpu_period']],
  ['rights', { cap_add: ['NET_ADMIN'] }, ['cap_add.CAP_SYS_TIME']],
  ['rights', { cap_drop: ['MKNOD', 'CHOWN'] }, ['cap_drop.CAP_CHOWN']],
  ['rights', { read_only: false }, ['read_only']],
  ['rights', { security_opt: ['no-new-privileges:true'] }, ['security_opt.seccomp=unconfined']],
  ['rights', { group_add: ['5'] }, ['group_add.20']],
  ['rights', { devices: [] }, ['devices./dev/null:/dev/nothing:rwm']],
  ['rights', { tmpfs: ['/run', '/scratch:size=2097152,mode=755'] }, ['tmpfs./scratch']],
  ['privileged', { privileged: false }, ['privileged']],
  [
    'wires',
    { networks: { default: { aliases: ['also'] }, back: { ipv4_address: '10.213.9.10' } } },
    ['networks.default.aliases.known'],
  ],
  ['wires', { networks: { default: { aliases: ['also', 'known'] } }, mac_address: '' }, ['networks.back']],
  ['wires', { ports: services['wires']!.ports!.slice(0, 2) }, ['ports.53/udp']],
  [
    'wires',
    { ports: services['wires']!.ports!.map((p) => (p.target === 80 ? { ...p, published: '18981' } : p)) },
    ['ports.80/tcp'],
  ],
  ['wires', { dns: ['9.9.9.9'] }, ['dns.1.1.1.1']],
  ['wires', { dns_opt: ['ndots:3'] }, ['dns_opt.ndots:2', 'dns_opt.ndots:3']],
  ['wires', { dns_search: ['example.com'] }, ['dns_search.example.org']],
  ['wires', { extra_hosts: ['a=10.0.0.1'] }, ['extra_hosts.b:10.0.0.2']],
  ['stores', { volumes: services['stores']!.volumes!.slice(1) }, ['volumes./data']],
  [
    'stores',
    { volumes: services['stores']!.volumes!.map((v) => ({ ...v, read_only: true })) },
    ['volumes./anonymous', 'volumes./bound', 'volumes./data'],
  ],
  [
    'stores',
    {
      volumes: services['stores']!.volumes!.map((v) =>
        v.target === '/bound' ? { ...v, source: '/tmp' } : v,
      ),
    },
    ['volumes./bound'],
  ],
  ['shared', { pid: 'host' }, ['pid']],
  ['shared', { network_mode: 'none' }, ['network_mode']],
  ['host', { uts: '' }, ['uts']],
  ['host', { network_mode: 'none' }, ['network_mode']],
  ['alone', { network_mode: 'host' }, ['network_mode']],
  ['unhealthy', { healthcheck: { test: ['CMD', 'true'] } }, ['healthcheck.test']],
];

/** Attributes that only Docker shows back. */
const onlyDocker: readonly Changed[] = [
  ['host', { ipc: 'shareable' }, ['ipc']],
  ['process', { domainname: 'example.com' }, ['domainname']],
  ['process', { expose: ['7000'] }, ['expose.7001/udp']],
  ['rights', { sysctls: {} }, ['sysctls.net.ipv4.ip_unprivileged_port_start']],
  [
    'wires',
    { logging: { driver: 'json-file', options: { 'max-size': '2m' } } },
    ['logging.options.max-size'],
  ],
  ['wires', { logging: { driver: 'none' } }, ['logging.driver', 'logging.options.max-size']],
  ['wires', { mac_address: '02:42:ac:1d:4d:0c' }, ['networks.back.mac_address']],
  [
    'wires',
    { networks: { default: { aliases: ['also', 'known'] }, back: { ipv4_address: '10.213.9.11' } } },
    ['networks.back.ipv4_address'],
  ],
  ['first', { init: false }, ['init']],
  ['privileged', { device_cgroup_rules: [] }, ['device_cgroup_rules.c 1:3 mr']],
  [
    'bare',
    { gpus: [{ count: -1 }] },
    ['gpus.{"Driver":"","Count":-1,"DeviceIDs":[],"Capabilities":[["gpu"]],"Options":{}}'],
  ],
];

describe.each(['docker-20.10', 'podman-4.3'] as const)('containers made on %s', (engine) => {
  const of = recorded(engine);
  const made = Object.keys(services).filter((name) => name in of.containers);

  test.each(made)('%s is as its service wants it', (name) => {
    expect(compareRecorded(of, name)).toEqual({ changes: [], cost: 'none' });
  });

  const cases = engine === 'docker-20.10' ? [...changed, ...onlyDocker] : changed;
  test.each(cases)('%s with %j names %j', (name, change, fields) => {
    const { changes } = compareRecorded(of, name, { ...services[name]!, ...change });
    expect(changes.map(({ field }) => field).sort()).toEqual(fields);
  });

  test.each<Partial<Service>>([
    { annotations: { a: 'b' } },
    { healthcheck: { ...services['process']!.healthcheck, start_interval: '1s', start_period: '3s' } },
  ])('what this engine leaves out is no difference: %j', (change) => {
    const { changes } = compareRecorded(of, 'process', { ...services['process']!, ...change });
    expect(changes).toEqual([]);
  });

  test('networks are named by their key, or by the engine’s name if the project has none', () => {
    const { back, ...networks } = recordedProject.networks;
    const service = {
      ...services['wires']!,
      networks: { default: { aliases: ['also', 'known'] } },
      mac_address: '',
    };
    const project = { ...recordedProject, networks: { ...networks } };
    const { changes } = compareRecorded(of, 'wires', service, project);
    expect(changes).toEqual([{ field: `networks.${back!.name}`, before: 'attached', after: undefined }]);
  });
});
