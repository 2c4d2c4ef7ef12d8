import { existsSync, readFileSync } from 'node:fs';

/** What of the machine decides whether Podman's defaults work. */
export interface Machine {
  readonly systemd: boolean;
  /** One hierarchy of cgroups, version 2. */
  readonly unifiedCgroups: boolean;
  /** Version 1 with version 2 beside it. */
  readonly hybridCgroups: boolean;
  /** CAP_SYS_RESOURCE: limits may be raised. */
  readonly mayRaiseLimits: boolean;
  readonly hasRunc: boolean;
}

export function machine(hasRunc: boolean): Machine {
  const unifiedCgroups = existsSync('/sys/fs/cgroup/cgroup.controllers');
  return {
    systemd: existsSync('/run/systemd/system'),
    unifiedCgroups,
    hybridCgroups: !unifiedCgroups && existsSync('/sys/fs/cgroup/unified'),
    mayRaiseLimits: hasCapability(24),
    hasRunc,
  };
}

function hasCapability(bit: number): boolean {
  try {
    const match = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'));
    return match?.[1] === undefined || ((BigInt(`0x${match[1]}`) >> BigInt(bit)) & 1n) === 1n;
  } catch {
    return true;
  }
}

/**
 * The containers.conf that Podman needs on such a machine; undefined if its defaults work. Without systemd
 * it has to manage cgroups itself; crun refuses hybrid cgroups; limits it may not raise have to be lower.
 */
export function containersConf(one: Machine, uid: number): string | undefined {
  const containers: string[] = [];
  const engine: string[] = [];
  if (!one.mayRaiseLimits && uid === 0) {
    containers.push('default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]');
  }
  if (!one.systemd) engine.push('cgroup_manager = "cgroupfs"');
  if (one.hybridCgroups && one.hasRunc) engine.push('runtime = "runc"');
  if (containers.length + engine.length === 0) return undefined;
  return ['[containers]', ...containers, '[engine]', ...engine, ''].join('\n');
}
