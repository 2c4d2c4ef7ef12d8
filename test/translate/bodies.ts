import type { Project } from '../../src/model/project.ts';
import type { Service } from '../../src/model/service.ts';
import { containerBody } from '../../src/translate/container.ts';
import type { ContainerInput, EngineFeatures } from '../../src/translate/input.ts';

export const newest: EngineFeatures = { kind: 'docker', version: '29.0.0', apiVersion: '1.51' };
export const old: EngineFeatures = { kind: 'docker', version: '20.10.24', apiVersion: '1.41' };

export const project: Project = {
  name: 'p',
  workingDir: '/p',
  configFiles: ['/p/compose.yaml', '/p/more.yaml'],
  environmentFiles: [],
  environment: { FROM_ENV: 'value' },
  activeProfiles: [],
  services: { db: { image: 'db' }, app: { image: 'app' } },
  disabledServices: {},
  networks: {
    default: { name: 'p_default', ipam: {} },
    back: { name: 'other', ipam: {} },
  },
  volumes: { data: { name: 'p_data' } },
  configs: {
    file: { name: 'p_file', file: '/p/file' },
    text: { name: 'p_text', content: 'hello' },
    variable: { name: 'p_variable', environment: 'FROM_ENV' },
    unset: { name: 'p_unset', environment: 'NOT_THERE' },
    outside: { name: 'outside', external: true },
  },
  secrets: { key: { name: 'p_key', file: '/p/key' }, word: { name: 'p_word', content: 'w' } },
  models: {},
  extensions: {},
};

/** The input of service `app`, replica 1. */
export function inputOf(service: Service, more: Partial<ContainerInput> = {}): ContainerInput {
  return {
    project,
    facts: newest,
    serviceName: 'app',
    service: {
      image: 'app',
      ...(service.network_mode === undefined && { networks: { default: null } }),
      ...service,
    },
    number: 1,
    name: 'p-app-1',
    image: { id: 'sha256:1' },
    containerOf: (name) => `id-of-${name}`,
    inherited: [],
    labels: {},
    contents: (path) => new TextEncoder().encode(`content of ${path}`),
    ...more,
  };
}

/** What the service adds to the body of an empty service, HostConfig's parts by their own names. */
export function added(service: Service, more: Partial<ContainerInput> = {}): Record<string, unknown> {
  const bare = flat(containerBody(inputOf({}, more)).body);
  const made = flat(containerBody(inputOf(service, more)).body);
  return Object.fromEntries(
    Object.entries(made).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(bare[key])),
  );
}

function flat(body: ReturnType<typeof containerBody>['body']): Record<string, unknown> {
  const { HostConfig, NetworkingConfig, ...rest } = body;
  return { ...rest, ...HostConfig, ...NetworkingConfig?.EndpointsConfig };
}
