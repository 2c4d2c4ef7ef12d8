import { UserError } from '../../diagnostic/errors.ts';
import type { ContainerInput } from '../input.ts';
import { hostRow, type Row } from './row.ts';
import { flag, mapping, scalar, unlessEmpty, unordered } from './views.ts';

/** Rights, namespaces of users and groups, and what the kernel allows. */
export const securityRows: readonly Row[] = [
  hostRow('Privileged', { attribute: 'privileged', write: ({ service }) => service.privileged, view: flag }),
  hostRow('ReadonlyRootfs', {
    attribute: 'read_only',
    write: ({ service }) => service.read_only,
    view: flag,
  }),
  hostRow('CapAdd', {
    attribute: 'cap_add',
    write: ({ service }) => capabilities(service.cap_add),
    view: (names) => unordered(capabilities(names) ?? []),
  }),
  hostRow('CapDrop', {
    attribute: 'cap_drop',
    write: ({ service }) => capabilities(service.cap_drop),
    view: (names) => unordered(capabilities(names) ?? []),
    byItself: (_, __, { facts, wanted, observed }) =>
      facts.kind === 'podman' && [wanted, observed].some(({ HostConfig }) => HostConfig.Privileged === true),
  }),
  hostRow('SecurityOpt', {
    attribute: 'security_opt',
    write: (input) => unlessEmpty(securityOptions(input)),
    view: (options) => unordered(options.map(normalOption)),
    byItself: (_, value, { wanted, observed }) =>
      value === 'label=disable' &&
      [wanted, observed].some(
        ({ HostConfig }) => HostConfig.Privileged === true || sharesHostNamespace(HostConfig),
      ),
  }),
  hostRow('MaskedPaths', {
    attribute: 'security_opt',
    write: ({ service }) => (isUnconfined(service.security_opt) ? [] : undefined),
    view: () => ({}),
  }),
  hostRow('ReadonlyPaths', {
    attribute: 'security_opt',
    write: ({ service }) => (isUnconfined(service.security_opt) ? [] : undefined),
    view: () => ({}),
  }),
  hostRow('UsernsMode', {
    attribute: 'userns_mode',
    write: ({ service }) => service.userns_mode,
    view: scalar,
    byItself: (_, value) => value === 'host',
  }),
  hostRow('GroupAdd', {
    attribute: 'group_add',
    write: ({ service }) => unlessEmpty([...(service.group_add ?? [])]),
    view: unordered,
  }),
  hostRow('CgroupnsMode', {
    attribute: 'cgroup',
    write: ({ service }) => service.cgroup,
    view: scalar,
    byItself: (_, value) => value === 'host' || value === 'private',
  }),
  hostRow('Sysctls', {
    attribute: 'sysctls',
    write: ({ service }) => unlessEmpty({ ...service.sysctls }),
    view: mapping,
    hidden: ({ facts }) => facts.kind === 'podman',
  }),
];

function sharesHostNamespace({
  PidMode = '',
  IpcMode = '',
}: {
  PidMode?: string;
  IpcMode?: string;
}): boolean {
  return [PidMode, IpcMode].some((mode) => mode === 'host' || mode.startsWith('container:'));
}

/** The kernel's names, sorted; `ALL` stays. */
function capabilities(names: readonly string[] | undefined): string[] | undefined {
  const kernel = (names ?? []).map((name) => {
    const upper = name.toUpperCase();
    return upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
  });
  return unlessEmpty([...new Set(kernel)].sort());
}

const unconfined = /^systempaths[=:]unconfined$/;

function isUnconfined(options: readonly string[] | undefined): boolean {
  return (options ?? []).some((option) => unconfined.test(option));
}

/** Options as the engine takes them: a seccomp profile is sent as its content. */
function securityOptions(input: ContainerInput): string[] {
  const options = (input.service.security_opt ?? []).filter((option) => !unconfined.test(option));
  return options.map((option) => withProfile(input, option));
}

function withProfile(input: ContainerInput, option: string): string {
  const match = /^seccomp[=:](.*)$/s.exec(option);
  const profile = match?.[1] ?? '';
  if (match === null || profile === 'unconfined' || profile === 'builtin' || profile.startsWith('{')) {
    return option;
  }
  const path = profile.startsWith('/') ? profile : `${input.project.workingDir}/${profile}`;
  const content = input.contents?.(path);
  if (content === undefined) throw unreadable(input.serviceName, path);
  try {
    return `seccomp=${JSON.stringify(JSON.parse(new TextDecoder().decode(content)))}`;
  } catch (cause) {
    throw new UserError('TSC308', `the seccomp profile ${path} is not JSON`, {
      hint: 'a profile is a JSON object with defaultAction and syscalls',
      cause,
    });
  }
}

function unreadable(service: string, path: string): UserError {
  return new UserError('TSC307', `opening seccomp profile (${path}) of service ${service} failed`, {
    hint: 'the path counts from the project directory',
  });
}

function normalOption(option: string): string {
  const split = option.search(/[=:]/);
  const [name, value] = split < 0 ? [option, ''] : [option.slice(0, split), option.slice(split + 1)];
  if (name === 'no-new-privileges') return value === 'false' ? 'no-new-privileges=false' : name;
  return `${name}=${value}`;
}
