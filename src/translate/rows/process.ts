import { parseDuration } from '../../util/duration.ts';
import { signalNames } from '../../util/signals.ts';
import { environmentOf } from '../environment.ts';
import { containerLabels, isToolLabel } from '../labels.ts';
import { exposedPorts } from '../network/ports.ts';
import { configRow, type Row, type Surroundings } from './row.ts';
import { flag, mapping, ordered, scalar, unlessEmpty, unordered } from './views.ts';

const second = 1e9;

/** The process of a container: what runs, as whom, with what environment. */
export const processRows: readonly Row[] = [
  configRow('User', {
    attribute: 'user',
    write: ({ service }) => service.user,
    view: scalar,
    byItself: (_, value, { image }) => value === image.user,
  }),
  configRow('WorkingDir', {
    attribute: 'working_dir',
    write: ({ service }) => service.working_dir,
    view: scalar,
    byItself: (_, value, { image }) =>
      value === image.workingDir || (image.workingDir === '' && value === '/'),
  }),
  configRow('Env', {
    attribute: 'environment',
    also: ['env_file', 'models', 'use_api_socket'],
    write: (input) => unlessEmpty(environmentOf(input)),
    view: (entries) => mapping(variables(entries)),
    byItself: isOwnVariable,
  }),
  configRow('Cmd', {
    attribute: 'command',
    write: ({ service }) => mutable(service.command),
    view: ordered,
    byItself: (_, value, { image, wanted }) =>
      wanted.Entrypoint == null && wanted.Cmd == null && value === ordered(image.cmd ?? [])[''],
  }),
  configRow('Entrypoint', {
    attribute: 'entrypoint',
    write: ({ service }) => mutable(service.entrypoint),
    view: ordered,
    byItself: (_, value, { image, wanted }) =>
      wanted.Entrypoint == null && value === ordered(image.entrypoint ?? [])[''],
  }),
  configRow('Tty', { attribute: 'tty', write: ({ service }) => service.tty, view: flag }),
  configRow('OpenStdin', { attribute: 'stdin_open', write: ({ service }) => service.stdin_open, view: flag }),
  configRow('StopSignal', {
    attribute: 'stop_signal',
    onChange: 'recreate',
    write: ({ service }) => service.stop_signal,
    view: (signal) => scalar(signalName(signal)),
    byItself: (_, value, { image }) => value === signalName(image.stopSignal || 'SIGTERM'),
  }),
  configRow('StopTimeout', {
    attribute: 'stop_grace_period',
    write: ({ service }) =>
      service.stop_grace_period === undefined
        ? undefined
        : Math.trunc(parseDuration(service.stop_grace_period) / second),
    view: (seconds) => ({ '': `${seconds}s` }),
    byItself: (_, value) => value === '10s' || value === '0s',
  }),
  configRow('ExposedPorts', {
    attribute: 'expose',
    also: ['ports'],
    write: ({ service }) => unlessEmpty(Object.fromEntries(exposedPorts(service).map((port) => [port, {}]))),
    view: (ports) => unordered(Object.keys(ports)),
    byItself: (_, value, { image, wanted, observed }) =>
      image.exposedPorts.includes(value) ||
      [wanted, observed].some(({ HostConfig }) => value in (HostConfig.PortBindings ?? {})),
    hidden: ({ facts }) => facts.kind === 'podman',
  }),
  configRow('Labels', {
    attribute: 'labels',
    also: ['label_file', 'depends_on'],
    write: containerLabels,
    view: (labels) =>
      mapping(Object.fromEntries(Object.entries(labels).filter(([key]) => !isToolLabel(key)))),
    byItself: (field, value, { image }) => image.labels[field.slice(1)] === value || isBuilderLabel(field),
  }),
];

function mutable(command: readonly string[] | null | undefined): string[] | undefined {
  return command === undefined || command === null ? undefined : [...command];
}

/** `A=1` and `A` (taken away, so not shown by engines). */
function variables(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    entries
      .filter((entry) => entry.includes('='))
      .map((entry) => [nameOf(entry), entry.slice(nameOf(entry).length + 1)]),
  );
}

function nameOf(entry: string): string {
  return entry.slice(0, entry.indexOf('='));
}

const pathDefault = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Variables of the image, and those that engines add to every container. */
function isOwnVariable(field: string, value: string, { image, facts, wanted }: Surroundings): boolean {
  const name = field.slice(1);
  if (name in variables(image.env)) return value === variables(image.env)[name];
  if (name === 'PATH') return value === pathDefault;
  if (facts.kind === 'podman') return ['TERM', 'HOME', 'HOSTNAME', 'container'].includes(name);
  return name === 'TERM' && wanted.Tty === true;
}

function isBuilderLabel(field: string): boolean {
  return field === '.io.buildah.version';
}

/** `15`, `TERM` and `sigterm` are one signal. */
function signalName(text: string): string {
  const known = signalNames[text];
  if (known !== undefined) return known;
  const upper = text.toUpperCase();
  return /^\d/.test(upper) || upper.startsWith('SIG') ? upper : `SIG${upper}`;
}
