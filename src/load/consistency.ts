import type { Code } from '../diagnostic/codes.ts';
import type { Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';
import { findCircle } from './circle.ts';

export type ReportInconsistency = (code: Code, message: string, path: string, hint?: string) => void;

/** What the active services must have in common with each other and with the resources. */
export function checkConsistency(project: Project, report: ReportInconsistency): void {
  const owners = new Map<string, string>();
  for (const [name, service] of Object.entries(project.services)) {
    const path = `services.${name}`;
    checkSource(service, path, report);
    checkReferences(project, service, path, report);
    checkDependencies(project, service, path, report);
    checkScale(service, path, report);
    checkLimits(service, path, report);
    checkTargets(service, path, report);
    const container = service.container_name;
    if (container !== undefined) {
      const owner = owners.get(container);
      const message = `${path}: container name "${container}" is already in use by the service "${owner}"`;
      if (owner !== undefined) report('TSC142', message, `${path}.container_name`);
      owners.set(container, name);
    }
  }
  for (const [name, { external, file, environment }] of Object.entries(project.secrets)) {
    if (external || file || environment) continue;
    report('TSC123', `secrets.${name} needs one of file or environment`, `secrets.${name}`);
  }
  const circle = findCircle(project.services);
  const [first] = circle;
  if (first === undefined) return;
  report(
    'TSC141',
    `services depend on one another in a circle: ${circle.join(' -> ')}`,
    `services.${first}.depends_on`,
    'leave one of these dependencies out',
  );
}

function checkSource(service: Service, path: string, report: ReportInconsistency): void {
  const { build, image, provider, platform } = service;
  if (build === undefined && image === undefined && provider === undefined) {
    report('TSC143', `${path} has neither an image nor a build`, path, 'add image: NAME, or build: FOLDER');
  }
  if (build?.dockerfile !== undefined && build.dockerfile_inline !== undefined) {
    report(
      'TSC142',
      `${path}.build may have only one of dockerfile and dockerfile_inline`,
      `${path}.build.dockerfile`,
    );
  }
  const platforms = build?.platforms ?? [];
  if (platform !== undefined && platforms.length > 0 && !platforms.includes(platform)) {
    report(
      'TSC142',
      `${path}: service.build.platforms MUST include service.platform "${platform}"`,
      `${path}.build.platforms`,
    );
  }
}

function checkReferences(
  project: Project,
  service: Service,
  path: string,
  report: ReportInconsistency,
): void {
  const need = (
    kind: string,
    known: object,
    name: string,
    at: string,
    hint = `define it under ${kind}s`,
  ): void => {
    if (Object.hasOwn(known, name)) return;
    report('TSC140', `${at} uses the ${kind} "${name}", which is not defined`, at, hint);
  };
  const networks = Object.keys(service.networks ?? {});
  if (service.network_mode !== undefined && networks.length > 0) {
    report('TSC142', `${path} may have only one of network_mode and networks`, `${path}.network_mode`);
  }
  for (const name of networks) need('network', project.networks, name, `${path}.networks.${name}`);
  for (const [i, mount] of (service.volumes ?? []).entries()) {
    if (mount.type !== 'volume' || !mount.source) continue;
    const folder = mount.source.includes('/')
      ? `for a folder of the host write ./${mount.source}`
      : undefined;
    need('volume', project.volumes, mount.source, `${path}.volumes[${i}]`, folder);
  }
  for (const [i, grant] of (service.configs ?? []).entries())
    need('config', project.configs, grant.source, `${path}.configs[${i}]`);
  for (const [i, grant] of (service.secrets ?? []).entries())
    need('secret', project.secrets, grant.source, `${path}.secrets[${i}]`);
  for (const [i, grant] of (service.build?.secrets ?? []).entries()) {
    need('secret', project.secrets, grant.source, `${path}.build.secrets[${i}]`);
  }
  for (const name of Object.keys(service.models ?? {}))
    need('model', project.models, name, `${path}.models.${name}`);
  for (const [name, context] of Object.entries(service.build?.additional_contexts ?? {})) {
    if (!context.startsWith('service:')) continue;
    const target = context.slice('service:'.length);
    const at = `${path}.build.additional_contexts.${name}`;
    const known = { ...project.services, ...project.disabledServices };
    const found = Object.hasOwn(known, target) ? known[target] : undefined;
    if (found === undefined)
      report(
        'TSC140',
        `${at} uses the service "${target}", which is not defined`,
        at,
        'define it under services',
      );
    else if (found.build === undefined)
      report('TSC142', `${at} uses the service "${target}", which has no build`, at);
  }
}

function checkDependencies(
  project: Project,
  service: Service,
  path: string,
  report: ReportInconsistency,
): void {
  for (const [name, dependency] of Object.entries(service.depends_on ?? {})) {
    const disabled = Object.hasOwn(project.disabledServices, name);
    if (Object.hasOwn(project.services, name) || (disabled && !dependency.required)) continue;
    const at = `${path}.depends_on.${name}`;
    const hint = disabled
      ? `activate it with --profile ${project.disabledServices[name]?.profiles?.[0] ?? '*'}, or set required: false`
      : 'define it under services';
    const why = disabled ? 'is not active' : 'is not defined';
    report('TSC140', `${path} depends on the service "${name}", which ${why}`, at, hint);
  }
}

function checkScale(service: Service, path: string, report: ReportInconsistency): void {
  const { scale, deploy } = service;
  const replicas = deploy?.replicas;
  if (scale !== undefined && replicas !== undefined && scale !== replicas) {
    report(
      'TSC142',
      `${path}: scale (${scale}) and deploy.replicas (${replicas}) must be equal`,
      `${path}.scale`,
    );
  }
  const count = scale ?? replicas ?? 1;
  if (count < 0) report('TSC144', `${path} can't have ${count} containers`, `${path}.scale`);
  if (count > 1 && service.container_name !== undefined) {
    report(
      'TSC142',
      `${path} has a container_name, so it can't have ${count} containers`,
      `${path}.container_name`,
      'remove container_name: each container then gets a name with a number',
    );
  }
}

function checkLimits(service: Service, path: string, report: ReportInconsistency): void {
  const { limits, reservations } = service.deploy?.resources ?? {};
  const same = (key: keyof Service, there: string, here: unknown, other: unknown): void => {
    if (here === undefined || String(here) === String(other ?? 0)) return;
    report('TSC142', `${path}: ${key} and deploy.resources.${there} must be equal`, `${path}.${key}`);
  };
  if (limits !== undefined) {
    same('cpus', 'limits.cpus', service.cpus, limits.cpus);
    same('mem_limit', 'limits.memory', service.mem_limit, limits.memory);
    same('pids_limit', 'limits.pids', service.pids_limit, limits.pids);
  }
  if (reservations !== undefined) {
    same('mem_reservation', 'reservations.memory', service.mem_reservation, reservations.memory);
  }
}

/** Volumes that share a target have been merged; what is left are clashes with tmpfs. */
function checkTargets(service: Service, path: string, report: ReportInconsistency): void {
  const targets = new Set((service.volumes ?? []).map((mount) => mount.target));
  for (const [i, entry] of (service.tmpfs ?? []).entries()) {
    const target = entry.split(':')[0] ?? '';
    if (!targets.has(target)) continue;
    report('TSC142', `${path}: ${target} is the target of both a volume and a tmpfs`, `${path}.tmpfs[${i}]`);
  }
}
