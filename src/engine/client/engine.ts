import { listOf, numberOf, objectOf, textOf, textsOf } from '../../util/json.ts';
import type { TlsMaterial } from '../address.ts';
import { LazyDockerode } from '../docker/dockerode.ts';
import type { Engine, EngineFacts } from '../engine.ts';
import type { Dialable, Transport } from '../http/transport.ts';
import { podmanEvents } from '../podman/events.ts';
import { engineInfo } from '../read/objects.ts';
import { Api, segment } from './api.ts';
import { archiveCalls } from './archive.ts';
import { createContainer, inspectContainer, lifeCalls, listContainers } from './containers.ts';
import { events } from './events.ts';
import { imageCalls } from './images.ts';
import { logs } from './logs.ts';
import { networkCalls, volumeCalls } from './networks.ts';
import { processCalls } from './process.ts';
import { stats } from './stats.ts';

/** What an engine is made of, once its address is known to answer. */
export interface EngineParts {
  readonly name: string;
  readonly facts: EngineFacts;
  readonly transport: Transport;
  readonly address: Dialable;
  readonly tls: TlsMaterial | undefined;
  /** Ends what was started to reach the engine, such as a tunnel. */
  readonly release: () => void;
}

/** The Engine of an HTTP API, of Docker or Podman. */
export function httpEngine({ name, facts, transport, address, tls, release }: EngineParts): Engine {
  const api = new Api(transport, facts);
  const dockerode = new LazyDockerode(address, tls, facts.apiVersion);
  return {
    name,
    facts,
    ...lifeCalls(api),
    ...processCalls(api),
    ...archiveCalls(api),
    ...networkCalls(api),
    ...volumeCalls(api),
    ...imageCalls(api, dockerode),
    listContainers: (filter) => listContainers(api, filter),
    inspectContainer: (id) => inspectContainer(api, id),
    createContainer: (container, body, platform) => createContainer(api, container, body, platform),
    topContainer: (id, psArgs) => topContainer(api, id, psArgs),
    statsContainer: (id, options) => stats(api, id, options),
    changesOfContainer: (id) => changesOfContainer(api, id),
    exportContainer: (id) => api.stream('GET', `/containers/${segment(id)}/export`),
    logs: (id, options) => logs(api, id, options),
    events: (filter, signal) =>
      api.podman ? podmanEvents(api, filter, signal) : events(api, filter, signal),
    info: async () => engineInfo(objectOf(await api.json('GET', '/info'))),
    close: () => {
      transport.close();
      release();
    },
  };
}

/** Podman gives each row, the titles too, as one text in columns. */
async function topContainer(
  api: Api,
  id: string,
  psArgs: string | undefined,
): Promise<{ titles: string[]; processes: string[][] }> {
  const path = `/containers/${segment(id)}/top`;
  const raw = objectOf(await api.json('GET', path, { query: { ps_args: psArgs } }));
  const titles = textsOf(raw['Titles']);
  const processes = listOf(raw['Processes']).map(textsOf);
  if (titles.length !== 1) return { titles, processes };
  const columns = (titles[0] ?? '').trim().split(/\s+/);
  return { titles: columns, processes: processes.map(([row = '']) => splitColumns(row, columns.length)) };
}

/** The last column is the command: its blanks stay. */
function splitColumns(row: string, count: number): string[] {
  const words = row.trim().split(/\s+/);
  return [...words.slice(0, count - 1), words.slice(count - 1).join(' ')];
}

const changeKinds = ['modified', 'added', 'deleted'] as const;

async function changesOfContainer(
  api: Api,
  id: string,
): Promise<{ path: string; kind: (typeof changeKinds)[number] }[]> {
  return listOf(await api.json('GET', `/containers/${segment(id)}/changes`)).map((row) => {
    const raw = objectOf(row);
    return { path: textOf(raw['Path']), kind: changeKinds[numberOf(raw['Kind'])] ?? 'modified' };
  });
}
