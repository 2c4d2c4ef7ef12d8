import type { HostConfigBody } from '../../model/bodies.ts';
import type { Service } from '../../model/service.ts';
import { hostRow, type Row } from './row.ts';
import { flag, mapping, scalar, unlessEmpty } from './views.ts';

type RestartPolicy = NonNullable<HostConfigBody['RestartPolicy']>;

/** How the engine keeps, logs and runs the container. */
export const hostRows: readonly Row[] = [
  hostRow('RestartPolicy', {
    attribute: 'restart',
    also: ['deploy.restart_policy'],
    onChange: 'update',
    write: ({ service }) => restartPolicy(service),
    view: ({ Name, MaximumRetryCount }) => scalar(restartText(Name, MaximumRetryCount)),
    byItself: (_, value) => value === 'no',
  }),
  hostRow('LogConfig', {
    attribute: 'logging',
    write: ({ service: { logging } }) =>
      logging === undefined
        ? undefined
        : {
            Type: logging.driver ?? '',
            ...(logging.options !== undefined && { Config: { ...logging.options } }),
          },
    view: ({ Type, Config }) => ({
      ...(Type !== '' && { '.driver': Type }),
      ...Object.fromEntries(Object.entries(Config ?? {}).map(([key, value]) => [`.options.${key}`, value])),
    }),
    byItself: (field, value, { facts }) =>
      (field === '.driver' && ['json-file', 'journald', 'k8s-file', 'local'].includes(value)) ||
      facts.kind === 'podman',
    hidden: ({ facts }) => facts.kind === 'podman',
  }),
  hostRow('Init', { attribute: 'init', write: ({ service }) => service.init, view: flag }),
  hostRow('Runtime', {
    attribute: 'runtime',
    write: ({ service }) => service.runtime,
    view: scalar,
    byItself: (_, value) => ['runc', 'oci', 'crun', 'io.containerd.runc.v2'].includes(value),
    hidden: ({ facts }) => facts.kind === 'podman',
  }),
  hostRow('Isolation', {
    attribute: 'isolation',
    write: ({ service }) => service.isolation,
    view: scalar,
    byItself: (_, value) => value === 'default',
  }),
  hostRow('Annotations', {
    attribute: 'annotations',
    write: ({ service }) => unlessEmpty({ ...service.annotations }),
    view: mapping,
    byItself: (field, _, { facts }) => facts.kind === 'podman' && /^\.(io|org)\./.test(field),
  }),
  hostRow('StorageOpt', {
    attribute: 'storage_opt',
    write: ({ service }) => unlessEmpty({ ...service.storage_opt }),
    view: mapping,
  }),
];

/** `restart`, or what `deploy.restart_policy` comes to on a single engine. */
function restartPolicy({ restart, deploy }: Service): RestartPolicy | undefined {
  if (restart !== undefined && restart !== '') {
    const [Name = '', attempts] = restart.split(':');
    return { Name, ...(attempts !== undefined && { MaximumRetryCount: Number(attempts) }) };
  }
  const policy = deploy?.restart_policy;
  if (policy === undefined) return undefined;
  return {
    Name: conditions[policy.condition ?? ''] ?? 'always',
    ...(policy.max_attempts !== undefined && { MaximumRetryCount: policy.max_attempts }),
  };
}

const conditions: Readonly<Record<string, string>> = {
  none: 'no',
  no: 'no',
  'on-failure': 'on-failure',
  'unless-stopped': 'unless-stopped',
};

function restartText(name: string, attempts: number | undefined): string {
  return (attempts ?? 0) > 0 ? `${name}:${attempts}` : name;
}
