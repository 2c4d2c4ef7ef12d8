import { EngineError } from '../../diagnostic/errors.ts';
import { listOf, numberOf, objectOf, type Raw, textOf } from '../../util/json.ts';
import type { Engine, ListFilter } from '../engine.ts';
import { networkSummary, volumeSummary } from '../read/objects.ts';
import { type Api, segment } from './api.ts';
import { exactName, filtersOf, matches } from './filters.ts';

type NetworkCalls = Pick<
  Engine,
  | 'listNetworks'
  | 'inspectNetwork'
  | 'createNetwork'
  | 'removeNetwork'
  | 'connectNetwork'
  | 'disconnectNetwork'
>;
type VolumeCalls = Pick<
  Engine,
  'listVolumes' | 'inspectVolume' | 'createVolume' | 'removeVolume' | 'volumeSizes'
>;

/**
 * Takes a network back if another command has made one of the same name at the same moment, which older engines
 * let through: from then on they would find the name ambiguous.
 * @throws EngineError conflict, as newer engines have it
 */
async function giveWay(api: Api, name: string, id: string): Promise<void> {
  const listed = listOf(await api.json('GET', '/networks', { query: { filters: { name: [name] } } }));
  const same = listed.map(objectOf).filter((one) => textOf(one['Name']) === name);
  // Its time to the nanosecond, as text that sorts; who was first is the same for everyone who looks.
  const rank = (one: Raw): string =>
    textOf(one['Created']).replace(/(?:\.(\d+))?Z$/, (_, digits = '') => `.${digits.padEnd(9, '0')}`) +
    textOf(one['Id']);
  const [first] = same.sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
  if (first === undefined || textOf(first['Id']) === id) return;
  await api.run('DELETE', `/networks/${segment(id)}`);
  throw new EngineError('conflict', 'POST /networks/create', `network with name ${name} already exists`);
}

/** Undefined instead of a `not-found`. */
export async function orUndefined<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'not-found') return undefined;
    throw error;
  }
}

function named(filter: ListFilter): ListFilter {
  if (filter.names === undefined) return filter;
  return { ...filter, other: { ...filter.other, name: filter.names.map(exactName) } };
}

export function networkCalls(api: Api): NetworkCalls {
  const path = (id: string, rest = '') => `/networks/${segment(id)}${rest}`;
  return {
    listNetworks: async (filter) => {
      const rows = await api.json('GET', '/networks', { query: { filters: filtersOf(named(filter)) } });
      return listOf(rows)
        .map((row) => networkSummary(objectOf(row)))
        .filter((one) => matches(filter, [one.name], one.labels));
    },
    inspectNetwork: async (nameOrId) => {
      const raw = await orUndefined(api.json('GET', path(nameOrId)));
      return raw === undefined ? undefined : networkSummary(objectOf(raw));
    },
    createNetwork: async (body) => {
      // Older engines make a second network of the same name unless asked to look.
      const old = !api.atLeast('1.44') && !api.podman;
      const checked = api.atLeast('1.44') ? body : { ...body, CheckDuplicate: true };
      const raw = objectOf(await api.json('POST', '/networks/create', { body: checked }));
      if (old) await giveWay(api, body.Name, textOf(raw['Id']));
      const warning = textOf(raw['Warning']);
      return { id: textOf(raw['Id']), warnings: warning === '' ? [] : [warning] };
    },
    removeNetwork: async (id) => {
      // By its id Podman removes a network that is in use: it looks for users by name only.
      const network = api.podman ? networkSummary(objectOf(await api.json('GET', path(id)))) : undefined;
      await api.run('DELETE', path(network?.name ?? id));
    },
    connectNetwork: (network, container, endpoint) =>
      api.run('POST', path(network, '/connect'), {
        body: { Container: container, ...(endpoint === undefined ? {} : { EndpointConfig: endpoint }) },
      }),
    disconnectNetwork: (network, container, force) =>
      api.run('POST', path(network, '/disconnect'), {
        body: { Container: container, Force: force ?? false },
      }),
  };
}

export function volumeCalls(api: Api): VolumeCalls {
  const path = (name: string) => `/volumes/${segment(name)}`;
  return {
    listVolumes: async (filter) => {
      const raw = objectOf(
        await api.json('GET', '/volumes', { query: { filters: filtersOf(named(filter)) } }),
      );
      return listOf(raw['Volumes'])
        .map((row) => volumeSummary(objectOf(row)))
        .filter((one) => matches(filter, [one.name], one.labels));
    },
    inspectVolume: async (name) => {
      const raw = await orUndefined(api.json('GET', path(name)));
      return raw === undefined ? undefined : volumeSummary(objectOf(raw));
    },
    createVolume: async (body) =>
      volumeSummary(objectOf(await api.json('POST', '/volumes/create', { body }))),
    removeVolume: (name, force) => api.run('DELETE', path(name), { query: { force: force || undefined } }),
    volumeSizes: async () => {
      const query = api.atLeast('1.42') && !api.podman ? { type: 'volume' } : {};
      const raw = objectOf(await api.json('GET', '/system/df', { query }));
      return new Map(
        listOf(raw['Volumes']).map((row) => {
          const volume = objectOf(row);
          return [textOf(volume['Name']), numberOf(objectOf(volume['UsageData'])['Size'])];
        }),
      );
    },
  };
}
