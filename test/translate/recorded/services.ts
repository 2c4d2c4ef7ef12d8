import type { Project } from '../../../src/model/project.ts';
import type { Service } from '../../../src/model/service.ts';

/** A project whose containers were made on real engines; test/contract/compare.engine.test.ts does it again. */
export const group = 'tsc-recorded';

const sleep = ['sh', '-c', 'sleep 1000'];
const small = { image: 'busybox', command: sleep, networks: { default: null } } as const;

/** One service for each set of attributes that go together. */
export const services: Readonly<Record<string, Service>> = {
  bare: { image: 'busybox', networks: { default: null } },
  process: {
    ...small,
    entrypoint: ['/bin/sh', '-c'],
    command: ['sleep 1000', 'two words'],
    environment: { A: '1', 'B.C': 'x=y', EMPTY: '' },
    user: '1000:1000',
    working_dir: '/tmp',
    tty: true,
    stdin_open: true,
    stop_signal: 'SIGUSR1',
    stop_grace_period: '42s',
    labels: { 'com.example.a': 'one', b: '' },
    hostname: 'here',
    restart: 'on-failure:3',
    expose: ['7000', '7001/udp'],
    healthcheck: {
      test: ['CMD-SHELL', 'true'],
      interval: '11s',
      timeout: '4s',
      retries: 7,
      start_period: '3s',
    },
  },
  limits: {
    ...small,
    mem_limit: '67108864',
    mem_reservation: '33554432',
    memswap_limit: '134217728',
    cpus: 0.5,
    cpu_shares: 512,
    pids_limit: 50,
    shm_size: '1048576',
    oom_score_adj: 100,
    ulimits: { nofile: { soft: 512, hard: 1024 }, nproc: 256 },
    cpuset: '0',
    cgroup_parent: '/tscrecorded',
  },
  periods: { ...small, cpu_period: 50000, cpu_quota: 25000 },
  rights: {
    ...small,
    cap_add: ['NET_ADMIN', 'SYS_TIME'],
    cap_drop: ['MKNOD'],
    read_only: true,
    security_opt: ['no-new-privileges:true', 'seccomp=unconfined'],
    group_add: ['5', '20'],
    sysctls: { 'net.ipv4.ip_unprivileged_port_start': '80' },
    devices: [{ source: '/dev/null', target: '/dev/nothing', permissions: 'rwm' }],
    tmpfs: ['/run', '/scratch:size=1048576,mode=755'],
    userns_mode: 'host',
  },
  privileged: { ...small, privileged: true, device_cgroup_rules: ['c 1:3 mr'] },
  wires: {
    ...small,
    networks: { default: { aliases: ['also', 'known'] }, back: { ipv4_address: '10.213.9.10' } },
    ports: [
      { target: 80, published: '18980', protocol: 'tcp', host_ip: '127.0.0.1', mode: 'ingress' },
      { target: 81, protocol: 'tcp', mode: 'ingress' },
      { target: 53, published: '18953', protocol: 'udp', mode: 'ingress' },
    ],
    dns: ['9.9.9.9', '1.1.1.1'],
    dns_opt: ['ndots:2'],
    dns_search: ['example.com', 'example.org'],
    extra_hosts: ['a=10.0.0.1', 'b=10.0.0.2'],
    mac_address: '02:42:ac:1d:4d:0b',
    logging: { driver: 'json-file', options: { 'max-size': '1m' } },
  },
  stores: {
    ...small,
    volumes: [
      { type: 'volume', source: 'data', target: '/data', volume: {} },
      { type: 'volume', source: 'data', target: '/again', read_only: true, volume: { nocopy: true } },
      { type: 'volume', target: '/anonymous', volume: {} },
      { type: 'bind', source: '/tmp/tsc-recorded/a', target: '/bound', bind: {} },
      {
        type: 'bind',
        source: '/etc/hostname',
        target: '/strict',
        read_only: true,
        bind: { create_host_path: false },
      },
    ],
    configs: [{ source: 'conf' }],
  },
  shared: {
    ...small,
    networks: {},
    network_mode: 'service:wires',
    pid: 'service:wires',
    volumes_from: ['stores'],
  },
  host: { ...small, networks: {}, network_mode: 'host', ipc: 'host', pid: 'host', uts: 'host' },
  alone: { ...small, networks: {}, network_mode: 'none' },
  first: { ...small, init: true },
  memory: {
    ...small,
    volumes: [{ type: 'tmpfs', target: '/memory', tmpfs: { size: '1048576', mode: 0o700 } }],
  },
  unhealthy: { ...small, healthcheck: { disable: true } },
};

export const recordedProject: Project = {
  name: group,
  workingDir: '/tmp/tsc-recorded',
  configFiles: ['/tmp/tsc-recorded/compose.yaml'],
  environmentFiles: [],
  environment: {},
  activeProfiles: [],
  services,
  disabledServices: {},
  networks: {
    default: { name: `${group}_default`, ipam: {} },
    back: { name: `${group}_back`, ipam: { config: [{ subnet: '10.213.9.0/24' }] } },
  },
  volumes: { data: { name: `${group}_data` } },
  configs: { conf: { name: `${group}_conf`, file: '/tmp/tsc-recorded/conf' } },
  secrets: {},
  models: {},
  extensions: {},
};
