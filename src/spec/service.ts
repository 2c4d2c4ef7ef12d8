import {
  anything,
  boolean,
  bytes,
  duration,
  flag,
  float32,
  int,
  integer,
  list,
  map,
  mode,
  multiOptions,
  options,
  struct,
  test,
  text,
  words,
} from './attribute.ts';
import { build, ulimits } from './build.ts';
import { deploy, deviceRequest } from './deploy.ts';
import { deviceIdentity, expandDevice, expandGpus } from './expand/devices.ts';
import { expandPorts, portIdentity } from './expand/ports.ts';
import {
  envFileIdentity,
  expandDependencies,
  expandEnvFiles,
  expandGrant,
  grantIdentity,
  namesToMapping,
  nothing,
  started,
} from './expand/references.ts';
import { develop, hook } from './hooks.ts';
import {
  byText,
  labels,
  names,
  oneAsList,
  oneAsListIfKnown,
  oneOrMore,
  texts,
  variables,
  withoutEmpty,
} from './lists.ts';
import { volumes } from './mounts.ts';

const devicePath = text({ printedAs: 'Path', whenUnset: '', keepEmpty: true });
const throttles = list(
  struct(
    { path: devicePath, rate: bytes({ printedAs: 'Rate', whenUnset: '0', keepEmpty: true }) },
    { fill: (throttle) => (throttle['rate'] === undefined ? { ...throttle, rate: 0 } : throttle) },
  ),
);

const grant = struct(
  { source: text(), target: text(), uid: text(), gid: text(), mode: mode() },
  { expand: expandGrant },
);

const secretGrant = {
  ...grant,
  fill: (value: Readonly<Record<string, unknown>>): unknown =>
    value['target'] === undefined ? { ...value, target: `/run/secrets/${value['source']}` } : value,
};

const serviceNetwork = struct(
  {
    aliases: names(),
    driver_opts: options(),
    gw_priority: integer(),
    interface_name: text(),
    ipv4_address: text(),
    ipv6_address: text(),
    link_local_ips: names(),
    mac_address: text(),
    priority: integer(),
  },
  { keepNull: true },
);

const port = struct(
  {
    name: text(),
    mode: text(),
    host_ip: text(),
    target: int({ unsigned: true }),
    published: text(),
    protocol: text(),
    app_protocol: text(),
  },
  {
    fill: (value) => {
      const { mode: portMode = 'ingress', protocol = 'tcp' } = value;
      return value['mode'] === undefined || value['protocol'] === undefined
        ? { ...value, mode: portMode, protocol }
        : value;
    },
  },
);

/** Every attribute of a service, in the order of the canonical form. */
export const service = struct({
  profiles: names(),
  annotations: labels(),
  attach: boolean({ keepEmpty: true }),
  build,
  develop,
  blkio_config: struct({
    weight: integer({ unsigned: true }),
    weight_device: list(
      struct({
        path: devicePath,
        weight: integer({ printedAs: 'Weight', whenUnset: 0, keepEmpty: true, unsigned: true }),
      }),
    ),
    device_read_bps: throttles,
    device_read_iops: throttles,
    device_write_bps: throttles,
    device_write_iops: throttles,
  }),
  cap_add: names(),
  cap_drop: names(),
  cgroup_parent: text(),
  cgroup: text(),
  cpu_count: int(),
  cpu_percent: float32({ cast: 'number' }),
  cpu_period: int(),
  cpu_quota: int(),
  cpu_rt_period: int(),
  cpu_rt_runtime: int(),
  cpus: float32({ cast: 'number' }),
  cpuset: text(),
  cpu_shares: int(),
  command: words({ merge: 'replace', whenUnset: null, keepEmpty: true }),
  configs: list(grant, { identity: grantIdentity('') }),
  container_name: text(),
  credential_spec: struct({ config: text(), file: text(), registry: text() }),
  depends_on: map(struct({ condition: text(), restart: flag(), required: flag({ keepEmpty: true }) }), {
    merge: { asMapping: started },
    expand: expandDependencies,
  }),
  deploy,
  device_cgroup_rules: texts(),
  devices: list(struct({ source: text(), target: text(), permissions: text() }, { expand: expandDevice }), {
    identity: deviceIdentity,
  }),
  dns: oneOrMore({ expand: withoutEmpty }),
  dns_opt: names(),
  dns_search: oneOrMore({ expand: oneAsListIfKnown }),
  domainname: text(),
  entrypoint: words({ merge: 'replace', whenUnset: null, keepEmpty: true }),
  provider: struct({ type: text(), options: multiOptions() }),
  environment: variables(),
  env_file: list(
    struct({
      path: text({ path: 'file' }),
      required: boolean({ keepEmpty: true, omitTrue: true }),
      format: text(),
    }),
    { merge: 'byKey', identity: envFileIdentity, expand: expandEnvFiles },
  ),
  expose: texts({ identity: byText }),
  extends: anything,
  external_links: texts(),
  extra_hosts: { kind: 'hosts', merge: 'hosts' },
  group_add: texts(),
  gpus: list(deviceRequest, { expand: expandGpus }),
  hostname: text(),
  healthcheck: struct({
    test: test({ merge: 'replace' }),
    timeout: duration({ keepEmpty: true }),
    interval: duration({ keepEmpty: true }),
    retries: int({ unsigned: true, keepEmpty: true }),
    start_period: duration({ keepEmpty: true }),
    start_interval: duration({ keepEmpty: true }),
    disable: flag(),
  }),
  image: text(),
  init: flag({ keepEmpty: true }),
  ipc: text(),
  isolation: text(),
  labels: labels(),
  label_file: { kind: 'list', item: text({ path: 'file' }), merge: 'byKey', expand: oneAsList },
  links: names(),
  logging: struct({ driver: text(), options: options() }, { merge: 'logging' }),
  mem_limit: bytes(),
  mem_reservation: bytes(),
  memswap_limit: bytes(),
  mem_swappiness: bytes(),
  mac_address: text(),
  models: map(struct({ endpoint_var: text(), model_var: text() }, { keepNull: true }), {
    merge: { asMapping: nothing },
    expand: namesToMapping(nothing),
  }),
  network_mode: text(),
  networks: map(serviceNetwork, { merge: { asMapping: nothing }, expand: namesToMapping(nothing) }),
  oom_kill_disable: flag(),
  oom_score_adj: int(),
  pid: text(),
  pids_limit: int(),
  platform: text(),
  ports: list(port, { expand: expandPorts, identity: portIdentity }),
  privileged: flag(),
  pull_policy: text(),
  pull_refresh_after: duration({ unprinted: true }),
  read_only: flag(),
  restart: text(),
  runtime: text(),
  scale: int({ keepEmpty: true }),
  secrets: list(secretGrant, { identity: grantIdentity('/run/secrets') }),
  security_opt: texts(),
  shm_size: bytes(),
  stdin_open: flag(),
  stop_grace_period: duration({ keepEmpty: true }),
  stop_signal: text(),
  storage_opt: options({ exact: true }),
  sysctls: labels(),
  tmpfs: oneOrMore({ expand: oneAsListIfKnown }),
  tty: flag(),
  ulimits,
  use_api_socket: boolean(),
  user: text(),
  userns_mode: text(),
  uts: text(),
  volumes,
  volumes_from: texts(),
  working_dir: text(),
  pre_start: list(hook),
  post_start: list(hook),
  pre_stop: list(hook),
});
