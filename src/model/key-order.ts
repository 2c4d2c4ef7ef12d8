import type { Ipam, IpamPool, Network, Volume } from './project.ts';
import type {
  BlkioConfig,
  CredentialSpec,
  Deploy,
  Develop,
  DeviceMapping,
  DeviceRequest,
  EnvFile,
  FileReference,
  Healthcheck,
  Hook,
  Logging,
  Placement,
  Port,
  Provider,
  Resource,
  RestartPolicy,
  Service,
  ServiceModel,
  ServiceNetwork,
  ServiceVolume,
  ThrottleDevice,
  UpdateConfig,
  WatchRule,
} from './service.ts';
import { type Fields, list, map, otherwise, type Shape, struct } from './shape.ts';

/**
 * The order in which docker compose writes attributes before it hashes them. Containers that it made are
 * only found unchanged if every byte is the same, so the order of the keys below matters.
 */
const command = otherwise(list('text'), 'null');

const hook = struct({
  command,
  image: 'text',
  user: 'text',
  privileged: 'flag',
  working_dir: 'text',
  environment: map('kept'),
  per_replica: 'flag',
} satisfies Fields<Hook>);

const develop = struct({
  watch: list(
    struct({
      path: otherwise('kept', '""'),
      action: otherwise('kept', '""'),
      target: 'text',
      exec: otherwise(hook, '{"command":null}'),
      include: list('text'),
      ignore: list('text'),
      initial_sync: 'flag',
    } satisfies Fields<WatchRule>),
  ),
} satisfies Fields<Develop>);

const throttle = list(
  struct({ Path: otherwise('kept', '""'), Rate: otherwise('kept', '"0"') } satisfies Fields<ThrottleDevice>),
);

const blkio = struct({
  weight: 'number',
  weight_device: list(struct({ Path: otherwise('kept', '""'), Weight: otherwise('kept', '0') })),
  device_read_bps: throttle,
  device_read_iops: throttle,
  device_write_bps: throttle,
  device_write_iops: throttle,
} satisfies Fields<BlkioConfig>);

const grants = list(
  struct({
    source: 'text',
    target: 'text',
    uid: 'text',
    gid: 'text',
    mode: 'kept',
  } satisfies Fields<FileReference>),
);

const deviceRequests = list(
  struct({
    capabilities: list('text'),
    driver: 'text',
    count: 'number',
    device_ids: list('text'),
    options: map('text'),
  } satisfies Fields<DeviceRequest>),
);

const update = struct({
  parallelism: 'kept',
  delay: 'duration',
  failure_action: 'text',
  monitor: 'duration',
  max_failure_ratio: 'number',
  order: 'text',
} satisfies Fields<UpdateConfig>);

const resource = struct({
  cpus: 'number',
  memory: 'bytes',
  pids: 'number',
  devices: deviceRequests,
  generic_resources: list(
    struct({
      discrete_resource_spec: struct({ kind: otherwise('kept', '""'), value: otherwise('kept', '0') }),
    }),
  ),
} satisfies Fields<Resource>);

const deploy = struct({
  mode: 'text',
  replicas: 'left out',
  labels: map('text'),
  update_config: update,
  rollback_config: update,
  resources: otherwise(struct({ limits: resource, reservations: resource }), '{}'),
  restart_policy: struct({
    condition: 'text',
    delay: 'kept',
    max_attempts: 'kept',
    window: 'kept',
  } satisfies Fields<RestartPolicy>),
  placement: otherwise(
    struct({
      constraints: list('text'),
      preferences: list(struct({ spread: 'text' })),
      max_replicas_per_node: 'number',
    } satisfies Fields<Placement>),
    '{}',
  ),
  endpoint_mode: 'text',
} satisfies Fields<Deploy>);

const volume = struct({
  type: 'text',
  source: 'text',
  target: 'text',
  read_only: 'flag',
  consistency: 'text',
  bind: struct({ selinux: 'text', propagation: 'text', create_host_path: 'unless true', recursive: 'text' }),
  volume: struct({ labels: map('text'), nocopy: 'flag', subpath: 'text' }),
  tmpfs: struct({ size: 'bytes', mode: 'number' }),
  image: struct({ subpath: 'text' }),
} satisfies Fields<ServiceVolume>);

const network = struct({
  aliases: list('text'),
  driver_opts: map('text'),
  gw_priority: 'number',
  interface_name: 'text',
  ipv4_address: 'text',
  ipv6_address: 'text',
  link_local_ips: list('text'),
  mac_address: 'text',
  priority: 'number',
} satisfies Fields<ServiceNetwork>);

export const serviceShape: Shape = struct({
  profiles: 'left out',
  annotations: map('text'),
  attach: 'kept',
  build: 'left out',
  develop,
  blkio_config: blkio,
  cap_add: list('text'),
  cap_drop: list('text'),
  cgroup_parent: 'text',
  cgroup: 'text',
  cpu_count: 'number',
  cpu_percent: 'number',
  cpu_period: 'number',
  cpu_quota: 'number',
  cpu_rt_period: 'number',
  cpu_rt_runtime: 'number',
  cpus: 'number',
  cpuset: 'text',
  cpu_shares: 'number',
  command,
  configs: grants,
  container_name: 'text',
  credential_spec: struct({
    config: 'text',
    file: 'text',
    registry: 'text',
  } satisfies Fields<CredentialSpec>),
  depends_on: 'left out',
  deploy,
  device_cgroup_rules: list('text'),
  devices: list(
    struct({ source: 'text', target: 'text', permissions: 'text' } satisfies Fields<DeviceMapping>),
  ),
  dns: list('text'),
  dns_opt: list('text'),
  dns_search: list('text'),
  domainname: 'text',
  entrypoint: command,
  provider: struct({ type: 'text', options: map(list('text')) } satisfies Fields<Provider>),
  environment: map('kept'),
  env_file: list(struct({ path: 'text', required: 'unless true', format: 'text' } satisfies Fields<EnvFile>)),
  expose: list('text'),
  external_links: list('text'),
  extra_hosts: list('text'),
  group_add: list('text'),
  gpus: deviceRequests,
  hostname: 'text',
  healthcheck: struct({
    test: list('text'),
    timeout: 'kept',
    interval: 'kept',
    retries: 'kept',
    start_period: 'kept',
    start_interval: 'kept',
    disable: 'flag',
  } satisfies Fields<Healthcheck>),
  image: 'text',
  init: 'kept',
  ipc: 'text',
  isolation: 'text',
  labels: map('text'),
  label_file: list('text'),
  links: list('text'),
  logging: struct({ driver: 'text', options: map('text') } satisfies Fields<Logging>),
  mem_limit: 'bytes',
  mem_reservation: 'bytes',
  memswap_limit: 'bytes',
  mem_swappiness: 'bytes',
  mac_address: 'text',
  models: map(struct({ endpoint_var: 'text', model_var: 'text' } satisfies Fields<ServiceModel>)),
  network_mode: 'text',
  networks: map(network),
  oom_kill_disable: 'flag',
  oom_score_adj: 'number',
  pid: 'text',
  pids_limit: 'number',
  platform: 'text',
  ports: list(
    struct({
      name: 'text',
      mode: 'text',
      host_ip: 'text',
      target: 'number',
      published: 'text',
      protocol: 'text',
      app_protocol: 'text',
    } satisfies Fields<Port>),
  ),
  privileged: 'flag',
  pull_policy: 'left out',
  pull_refresh_after: 'left out',
  read_only: 'flag',
  restart: 'text',
  runtime: 'text',
  scale: 'left out',
  secrets: grants,
  security_opt: list('text'),
  shm_size: 'bytes',
  stdin_open: 'flag',
  stop_grace_period: 'kept',
  stop_signal: 'text',
  storage_opt: map('text'),
  sysctls: map('text'),
  tmpfs: list('text'),
  tty: 'flag',
  ulimits: map('limits'),
  use_api_socket: 'flag',
  user: 'text',
  userns_mode: 'text',
  uts: 'text',
  volumes: list(volume),
  volumes_from: list('text'),
  working_dir: 'text',
  pre_start: list(hook),
  post_start: list(hook),
  pre_stop: list(hook),
} satisfies Fields<Service>);

export const networkShape: Shape = struct({
  name: 'text',
  driver: 'text',
  driver_opts: map('text'),
  ipam: otherwise(
    struct({
      driver: 'text',
      config: list(
        struct({
          subnet: 'text',
          gateway: 'text',
          ip_range: 'text',
          aux_addresses: map('text'),
        } satisfies Fields<IpamPool>),
      ),
      options: map('text'),
    } satisfies Fields<Ipam>),
    '{}',
  ),
  external: 'flag',
  internal: 'flag',
  attachable: 'flag',
  labels: map('text'),
  enable_ipv4: 'kept',
  enable_ipv6: 'kept',
} satisfies Fields<Network>);

export const volumeShape: Shape = struct({
  name: 'text',
  driver: 'text',
  driver_opts: map('text'),
  external: 'flag',
  labels: map('text'),
} satisfies Fields<Volume>);
