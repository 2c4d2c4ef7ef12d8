import { compareVersions } from '../client/api.ts';
import type { EngineFacts } from '../engine.ts';

/** What an API version brings. */
const since: readonly { readonly version: string; readonly without: string }[] = [
  { version: '1.41', without: 'cgroup namespaces and gpus by name are not available' },
  {
    version: '1.42',
    without: 'volume sizes need a full look at the disk; logs need one more request a container',
  },
  {
    version: '1.44',
    without: 'healthcheck start_interval is ignored; networks beyond the first are connected one by one',
  },
  { version: '1.45', without: 'volumes can not be mounted from a subpath' },
  { version: '1.48', without: 'images can not be mounted as volumes; gw_priority is not available' },
];

const ofPodman: readonly { readonly until?: string; readonly text: string }[] = [
  { text: 'health checks are run by tscompose while it waits, where systemd does not run them' },
  { text: 'links are made as aliases, which all containers of the network see' },
  { text: 'a host port out of a range is chosen by tscompose' },
  { text: 'BuildKit features of builds (secrets, ssh, cache mounts of a session) are not available' },
  { until: '4.7.0', text: "host-gateway is replaced by the address of the network's gateway" },
  { until: '5.1.0', text: 'running containers can not be updated: changes recreate them' },
  { until: '5.8.0', text: 'times of log lines are in whole seconds' },
  { until: '6.0.0', text: 'mounting a subpath of a volume is refused' },
];

/** What follows from the kind and version of an engine, for people. */
export function consequences({ kind, apiVersion, version }: EngineFacts): string[] {
  if (kind === 'podman') {
    return ofPodman
      .filter(({ until }) => until === undefined || compareVersions(version, until) < 0)
      .map(({ text }) => text);
  }
  return since
    .filter((one) => compareVersions(apiVersion, one.version) < 0)
    .map((one) => `API ${one.version} is missing: ${one.without}`);
}
