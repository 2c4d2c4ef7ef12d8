/** One kind of change to a service, and what an engine shows of it afterwards. */
export interface Change {
  /** Also the service's name. */
  readonly kind: string;
  /** Lines of the service, in YAML flow; empty: without the attribute. */
  readonly before: string;
  readonly after: string;
  /** The field that the plan names. */
  readonly field: string;
  /** A path in the engine's own inspection, and what must stand there after the change. */
  readonly shown: readonly [path: string, value: unknown];
  /** Podman does not show or not have it. */
  readonly dockerOnly?: true;
  /** The engine can do it without a new container; Podman of these versions can't. */
  readonly inPlace?: true;
}

const c = (
  kind: string,
  before: string,
  after: string,
  field: string,
  shown: Change['shown'],
  more: Partial<Change> = {},
): Change => ({ kind, before, after, field, shown, ...more });

const docker = { dockerOnly: true } as const;
const inPlace = { inPlace: true } as const;

/** Every kind of change that makes a new container, or an update of it. */
export const changes: readonly Change[] = [
  c('cmd', 'command: sleep 1', 'command: sleep 2', 'command', ['Config.Cmd.1', '2']),
  c('entry', '', 'entrypoint: [sh, -c]', 'entrypoint', ['Config.Entrypoint.0', 'sh']),
  c('env', 'environment: { A: "1" }', 'environment: { A: "2" }', 'environment.A', ['Config.Env', /A=2/]),
  c('envgone', 'environment: { B: "1", A: "1" }', 'environment: { A: "1" }', 'environment.B', [
    'Config.Env',
    /^(?!.*B=)/,
  ]),
  c('user', '', 'user: "12:34"', 'user', ['Config.User', '12:34']),
  c('dir', '', 'working_dir: /tmp', 'working_dir', ['Config.WorkingDir', '/tmp']),
  c('host', 'hostname: one', 'hostname: two', 'hostname', ['Config.Hostname', 'two']),
  c('domain', '', 'domainname: example.org', 'domainname', ['Config.Domainname', 'example.org'], docker),
  c('label', '', 'labels: { x: y }', 'labels.x', ['Config.Labels.x', 'y']),
  c('labelvalue', 'labels: { x: a }', 'labels: { x: b }', 'labels.x', ['Config.Labels.x', 'b']),
  c('capadd', '', 'cap_add: [NET_ADMIN]', 'cap_add', ['HostConfig.CapAdd', /NET_ADMIN/]),
  c('capdrop', '', 'cap_drop: [MKNOD]', 'cap_drop', ['HostConfig.CapDrop', /MKNOD/]),
  c('priv', '', 'privileged: true', 'privileged', ['HostConfig.Privileged', true]),
  c('ro', '', 'read_only: true', 'read_only', ['HostConfig.ReadonlyRootfs', true]),
  c('tmpfs', '', 'tmpfs: [/scratch]', 'tmpfs', ['HostConfig.Tmpfs', /\/scratch/]),
  c('shm', 'shm_size: 32m', 'shm_size: 64m', 'shm_size', ['HostConfig.ShmSize', 67108864]),
  c('ulimit', '', 'ulimits: { nofile: 512, nproc: 512 }', 'ulimits', ['HostConfig.Ulimits', /512/]),
  c('sysctl', '', 'sysctls: { net.core.somaxconn: 256 }', 'sysctls', ['HostConfig.Sysctls', /256/], docker),
  c('secopt', '', 'security_opt: ["no-new-privileges:true"]', 'security_opt', [
    'HostConfig.SecurityOpt',
    /no-new-priv/,
  ]),
  c('dns', '', 'dns: [10.1.2.3]', 'dns', ['HostConfig.Dns.0', '10.1.2.3']),
  c('search', '', 'dns_search: [example.org]', 'dns_search', ['HostConfig.DnsSearch.0', 'example.org']),
  c('dnsopt', '', 'dns_opt: ["ndots:2"]', 'dns_opt', ['HostConfig.DnsOptions.0', 'ndots:2']),
  c('extra', '', 'extra_hosts: { other: 10.9.9.9 }', 'extra_hosts', ['HostConfig.ExtraHosts', /10\.9\.9\.9/]),
  c('init', '', 'init: true', 'init', ['HostConfig.Init', true], docker),
  c('ipc', '', 'ipc: host', 'ipc', ['HostConfig.IpcMode', 'host'], docker),
  c('pid', '', 'pid: host', 'pid', ['HostConfig.PidMode', 'host']),
  c('pids', 'pids_limit: 50', 'pids_limit: 60', 'pids_limit', ['HostConfig.PidsLimit', 60], inPlace),
  c('mem', 'mem_limit: 50m', 'mem_limit: 60m', 'mem_limit', ['HostConfig.Memory', 62914560], inPlace),
  c('cpus', 'cpus: 0.5', 'cpus: 0.25', 'cpus', ['HostConfig.NanoCpus', 250000000], inPlace),
  c('shares', 'cpu_shares: 100', 'cpu_shares: 200', 'cpu_shares', ['HostConfig.CpuShares', 200], inPlace),
  c('restart', '', 'restart: always', 'restart', ['HostConfig.RestartPolicy.Name', 'always'], inPlace),
  c('signal', '', 'stop_signal: SIGUSR1', 'stop_signal', ['Config.StopSignal', /SIGUSR1|10/]),
  c('grace', '', 'stop_grace_period: 7s', 'stop_grace_period', ['Config.StopTimeout', 7]),
  c('test', 'healthcheck: { test: "true" }', 'healthcheck: { test: "false" }', 'healthcheck', [
    'Config.Healthcheck.Test',
    /false/,
  ]),
  c(
    'interval',
    'healthcheck: { test: "true", interval: 5s }',
    'healthcheck: { test: "true", interval: 9s }',
    'healthcheck',
    ['Config.Healthcheck.Interval', 9000000000],
  ),
  c(
    'log',
    'logging: { driver: json-file, options: { max-size: 1m } }',
    'logging: { driver: json-file, options: { max-size: 2m } }',
    'logging',
    ['HostConfig.LogConfig.Config.max-size', '2m'],
    docker,
  ),
  c('portadd', '', 'ports: ["127.0.0.1:21871:80"]', 'ports', ['HostConfig.PortBindings', /21871/]),
  c('port', 'ports: ["127.0.0.1:21872:80"]', 'ports: ["127.0.0.1:21873:80"]', 'ports', [
    'HostConfig.PortBindings',
    /21873/,
  ]),
  c('expose', '', 'expose: ["9000"]', 'expose', ['Config.ExposedPorts', /9000/], docker),
  c('vol', '', 'volumes: ["data:/data"]', 'volumes', ['Mounts', /_data/]),
  c('target', 'volumes: ["data:/a"]', 'volumes: ["data:/b"]', 'volumes', ['Mounts', /"Destination":"\/b"/]),
  c('bind', 'volumes: ["./src:/src"]', 'volumes: ["./src:/src:ro"]', 'volumes', ['Mounts', /"RW":false/]),
  c('dev', '', 'devices: ["/dev/null:/dev/other"]', 'devices', ['HostConfig.Devices', /other/]),
  c('group', '', 'group_add: ["1234"]', 'group_add', ['HostConfig.GroupAdd', /1234/]),
  c('oom', '', 'oom_score_adj: 300', 'oom_score_adj', ['HostConfig.OomScoreAdj', 300]),
  c('tty', '', 'tty: true', 'tty', ['Config.Tty', true]),
  c('stdin', '', 'stdin_open: true', 'stdin_open', ['Config.OpenStdin', true]),
  c('net', '', 'networks: [default, back]', 'networks.back', ['NetworkSettings.Networks', /_back/]),
  c('alias', '', 'networks: { default: { aliases: [nick] } }', 'networks.default', [
    'NetworkSettings.Networks',
    /nick/,
  ]),
  c('mac', '', 'networks: { back: { mac_address: "02:42:ac:11:65:43" } }', 'networks', [
    'NetworkSettings.Networks',
    /_back/,
  ]),
  c('mode', '', 'network_mode: none', 'network_mode', ['HostConfig.NetworkMode', 'none']),
  // Podman shows any name of the image: another name for the same one is no change there.
  c(
    'image',
    'image: tscompose-base/busybox',
    'image: other-name',
    'image',
    ['Config.Image', /other-name/],
    docker,
  ),
  c('config', 'configs: [one]', 'configs: [two]', 'content', ['Config.Labels', /./]),
  c('name', '', 'container_name: ${COMPOSE_PROJECT_NAME}-own', 'container_name', ['Name', /-own$/]),
];

/** Changes of the file that are no reason for anything. */
export const noReasons: readonly (readonly [name: string, before: string, after: string])[] = [
  ['depends', '', 'depends_on: [cmd]'],
  ['policy', '', 'pull_policy: never'],
  ['attach', '', 'attach: false'],
  ['extension', '', 'x-note: something'],
  ['annotation', '', 'develop: { watch: [{ action: sync, path: ./src, target: /x }] }'],
  ['order', 'environment: [A=1, B=2]', 'environment: [B=2, A=1]'],
  [
    'spelling',
    'ports: ["127.0.0.1:21874:80"]',
    'ports: [{ target: 80, host_ip: 127.0.0.1, published: "21874" }]',
  ],
  ['duration', 'stop_grace_period: 70s', 'stop_grace_period: 1m10s'],
  ['size', 'mem_limit: 64m', 'mem_limit: 67108864'],
];
