import { attachments } from '../network/attach.ts';
import { linksOf } from '../network/links.ts';
import { portBindings } from '../network/ports.ts';
import { sharedMode } from '../network/shared.ts';
import { configRow, hostRow, type Row, type Surroundings } from './row.ts';
import { mapping, scalar, unlessEmpty, unordered } from './views.ts';

/** Names, networks, addresses and ports. */
export const networkRows: readonly Row[] = [
  configRow('Hostname', {
    attribute: 'hostname',
    write: ({ service }) => service.hostname,
    view: scalar,
    byItself: (_, value, { wanted }) => /^[0-9a-f]{12}$/.test(value) || sharesHostname(wanted.HostConfig),
  }),
  configRow('Domainname', {
    attribute: 'domainname',
    write: ({ service }) => service.domainname,
    view: scalar,
    hidden: isPodman,
  }),
  configRow('NetworkDisabled', {
    attribute: 'network_mode',
    write: ({ service }) => (service.network_mode === 'disabled' ? true : undefined),
    view: (value) => (value ? { '': 'disabled' } : {}),
  }),
  hostRow('NetworkMode', {
    attribute: 'network_mode',
    also: ['networks'],
    write: (input) => attachments(input).mode,
    view: (mode) => modeField(mode),
    byItself: (_, value) => value === 'bridge' || value === 'slirp4netns' || value === 'pasta',
  }),
  hostRow('PortBindings', {
    attribute: 'ports',
    write: ({ service }) => portBindings(service),
    view: (bindings) =>
      mapping(
        Object.fromEntries(
          Object.entries(bindings)
            .filter(([, hosts]) => (hosts ?? []).length > 0)
            .map(([port, hosts]) => [port, hosts.map(portText).sort().join(' ')]),
        ),
      ),
    same: (before, after) => isChosenFrom(before, after),
  }),
  hostRow('Links', {
    attribute: 'links',
    also: ['external_links'],
    write: (input) => (attachments(input).mode === 'none' ? undefined : unlessEmpty(linksOf(input))),
    view: (links) => unordered(links.map(linkText)),
    hidden: ({ facts, wanted }) => facts.kind === 'podman' || isUserNetwork(wanted.HostConfig.NetworkMode),
  }),
  hostRow('Dns', { attribute: 'dns', write: ({ service }) => copy(service.dns), view: unordered }),
  hostRow('DnsOptions', {
    attribute: 'dns_opt',
    write: ({ service }) => copy(service.dns_opt),
    view: unordered,
  }),
  hostRow('DnsSearch', {
    attribute: 'dns_search',
    write: ({ service }) => copy(service.dns_search),
    view: unordered,
  }),
  hostRow('ExtraHosts', {
    attribute: 'extra_hosts',
    write: ({ service }) => copy(service.extra_hosts)?.map((entry) => entry.replace('=', ':')),
    view: unordered,
    hidden: ({ facts, wanted }) =>
      facts.kind === 'podman' && (wanted.HostConfig.ExtraHosts ?? []).some((h) => h.endsWith('host-gateway')),
  }),
  hostRow('IpcMode', {
    attribute: 'ipc',
    write: (input) => sharedMode(input, input.service.ipc, 'IPC namespace'),
    view: scalar,
    byItself: (_, value) => value === 'private' || value === 'shareable',
    same: (before, after, { facts }) => facts.kind === 'podman' && before === 'shareable' && after === 'host',
  }),
  hostRow('PidMode', {
    attribute: 'pid',
    write: (input) => sharedMode(input, input.service.pid, 'PID namespace'),
    view: scalar,
    byItself: (_, value) => value === 'private',
  }),
  hostRow('UTSMode', {
    attribute: 'uts',
    write: ({ service }) => service.uts,
    view: scalar,
    byItself: (_, value) => value === 'private',
  }),
];

function copy(list: readonly string[] | undefined): string[] | undefined {
  return unlessEmpty(list === undefined ? undefined : [...list]);
}

function isPodman({ facts }: Surroundings): boolean {
  return facts.kind === 'podman';
}

function sharesHostname({ NetworkMode = '', UTSMode = '' }: Surroundings['wanted']['HostConfig']): boolean {
  return NetworkMode === 'host' || UTSMode === 'host' || NetworkMode.startsWith('container:');
}

/** User networks are compared one by one; only the other modes are compared here. */
function modeField(mode: string): Readonly<Record<string, string>> {
  return isUserNetwork(mode) || mode === 'default' || mode === '' ? {} : { '': mode };
}

export function isUserNetwork(mode: string | undefined): boolean {
  const other = ['', 'default', 'bridge', 'host', 'none', 'slirp4netns', 'pasta', 'disabled'];
  return mode !== undefined && !other.includes(mode) && !/^(container|ns|slirp4netns|pasta):/.test(mode);
}

function portText({ HostIp = '', HostPort = '' }: { HostIp?: string; HostPort?: string }): string {
  const host = HostIp === '0.0.0.0' ? '' : HostIp;
  const published = HostPort === '0' ? '' : HostPort;
  return host === '' ? published : `${host}:${published}`;
}

/** Podman shows the port that was chosen, where Docker shows the wish: none in particular, or one of a range. */
function isChosenFrom(shown: string, wish: string): boolean {
  const range = /^(.*?)(?:(\d+)-(\d+))?$/.exec(wish);
  const prefix = range?.[1] ?? '';
  if (!shown.startsWith(prefix)) return false;
  const port = shown.slice(prefix.length);
  if (!/^\d+$/.test(port)) return false;
  if (range?.[2] === undefined) return wish === '' || wish.endsWith(':');
  return Number(port) >= Number(range[2]) && Number(port) <= Number(range[3]);
}

/** Docker shows `/web-1:/app-1/db` for the link `web-1:db`. */
function linkText(link: string): string {
  const [target = '', alias = ''] = link.split(':');
  return `${target.replace(/^\//, '')}:${alias.slice(alias.lastIndexOf('/') + 1)}`;
}
