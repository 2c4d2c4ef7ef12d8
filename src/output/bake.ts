import { imageName } from '../model/names.ts';
import type { Project } from '../model/project.ts';
import type { Build } from '../model/service.ts';
import { goJsonLines } from './json.ts';

export interface BakeOptions {
  /** Services in the group that is built when no target is named. */
  readonly services: readonly string[];
  readonly noCache?: boolean | undefined;
  readonly pull?: boolean | undefined;
  readonly push?: boolean | undefined;
  readonly check?: boolean | undefined;
  /** Labels that every image gets, by service. */
  readonly labels: (service: string) => Readonly<Record<string, string>>;
  /** Build arguments by service, without those that have no value. */
  readonly args: (service: string) => Readonly<Record<string, string>>;
  /** Path of a service's Dockerfile as it is written into the file; '' for none. */
  readonly dockerfile: (context: string, dockerfile: string) => string;
  readonly platforms: (service: string) => readonly string[];
}

/** The builds of a project as a bake file, which `docker buildx bake -f -` understands: JSON in several lines. */
export function bakeFile(project: Project, options: BakeOptions): string {
  const targets = targetNames(Object.keys(project.services));
  const buildable = Object.keys(project.services).filter(
    (name) => project.services[name]?.build !== undefined,
  );
  const built = options.services.filter((name) => buildable.includes(name));
  const file = {
    group: { default: { targets: built.map((name) => targets[name]!) } },
    target: sorted(
      Object.fromEntries(buildable.map((name) => [targets[name]!, target(project, name, targets, options)])),
    ),
  };
  return goJsonLines(file);
}

/** A target's name takes no dots; two services must not become one. */
function targetNames(services: readonly string[]): Record<string, string> {
  const names: Record<string, string> = {};
  const used = new Set<string>();
  for (const service of [...services].sort()) {
    let name = service.replaceAll('.', '_');
    while (used.has(name)) name += '_';
    used.add(name);
    names[service] = name;
  }
  return names;
}

function target(
  project: Project,
  name: string,
  targets: Readonly<Record<string, string>>,
  options: BakeOptions,
): Record<string, unknown> {
  const service = project.services[name]!;
  const build = service.build!;
  const image = imageName(project.name, name, service);
  const push = options.push === true && service.image !== undefined;
  const platforms = options.platforms(name);
  const { context = '.', dockerfile = '', dockerfile_inline: inline = '' } = build;
  const contexts = Object.entries(build.additional_contexts ?? {}).map(([key, source]) => {
    const base = source.startsWith('service:') ? source.slice('service:'.length) : undefined;
    return [key, base === undefined ? source : `target:${targets[base] ?? ''}`] as const;
  });
  const args = Object.entries(options.args(name)).map(([key, value]) => [key, literal(value)] as const);
  return withoutEmpty({
    context,
    contexts: sorted(Object.fromEntries(contexts)),
    dockerfile: options.dockerfile(context, dockerfile),
    'dockerfile-inline': literal(inline),
    args: sorted(Object.fromEntries(args)),
    labels: sorted({ ...build.labels, ...options.labels(name) }),
    tags: [...(build.tags ?? []), image],
    'cache-from': build.cache_from,
    'cache-to': build.cache_to,
    target: build.target,
    secret: secrets(project, build),
    ssh: build.ssh?.map((entry) => (entry.includes('=') ? entry : `${entry}=`)),
    platforms,
    pull: build.pull || options.pull,
    'no-cache': build.no_cache || options.noCache,
    network: build.network,
    'no-cache-filter': build.no_cache_filter,
    'shm-size': build.shm_size,
    ulimits: ulimits(build),
    call: options.check ? 'lint' : undefined,
    entitlements: [...(build.entitlements ?? []), ...(build.privileged ? ['security.insecure'] : [])],
    'extra-hosts': hosts(build),
    output: options.check ? undefined : [outputOf(platforms.length > 1, push)],
    attest: [...attestation('provenance', build.provenance), ...attestation('sbom', build.sbom)],
  });
}

/** Bake would put a variable in the place of `${…}`. */
function literal(text: string): string {
  return text.replaceAll('${', () => '$${');
}

function outputOf(several: boolean, push: boolean): string {
  if (several) return `type=image,push=${push}`;
  return push ? 'type=registry' : 'type=docker';
}

function secrets(project: Project, build: Build): string[] {
  return (build.secrets ?? []).flatMap(({ source, target }) => {
    const { environment, file } = project.secrets[source] ?? {};
    const id = target ?? source;
    if (environment !== undefined) return [`id=${id},type=env,env=${environment}`];
    return file === undefined ? [] : [`id=${id},type=file,src=${file}`];
  });
}

function ulimits({ ulimits: all = {} }: Build): string[] {
  return Object.entries(all).map(([name, value]) =>
    typeof value === 'number' ? `${name}=${value}` : `${name}=${value.soft ?? 0}:${value.hard ?? 0}`,
  );
}

/** `name=address`; several addresses of a name go together. */
function hosts({ extra_hosts: entries = [] }: Build): Record<string, string> {
  const all: Record<string, string> = {};
  for (const entry of entries) {
    const at = entry.search(/[=:]/);
    const [name, address] = [entry.slice(0, at), entry.slice(at + 1)];
    all[name] = all[name] === undefined ? address : `${all[name]},${address}`;
  }
  return sorted(all);
}

function attestation(kind: string, value = ''): string[] {
  if (value === '') return [];
  if (value === 'true') return [`type=${kind}`];
  return [value === 'false' ? `type=${kind},disabled=true` : `type=${kind},${value}`];
}

function sorted<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function withoutEmpty(map: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isEmpty = (value: unknown): boolean =>
    value === undefined ||
    value === '' ||
    value === false ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(map).filter(([, value]) => !isEmpty(value)));
}
