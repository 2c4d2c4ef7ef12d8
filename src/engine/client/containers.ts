import type { ContainerBody } from '../../model/bodies.ts';
import { listOf, numberOf, objectOf, textOf, textsOf } from '../../util/json.ts';
import type { ContainerDetails, ContainerSummary, Created, Engine, ListFilter } from '../engine.ts';
import { createOnPodman } from '../podman/create.ts';
import { listWithPodman } from '../podman/list.ts';
import { killOnPodman, stopOnPodman } from '../podman/stop.ts';
import { containerDetails } from '../read/details.ts';
import { containerSummary } from '../read/summary.ts';
import { onceUnambiguous } from './ambiguous.ts';
import { type Api, segment } from './api.ts';
import { exactName, filtersOf, matches } from './filters.ts';

/** Seconds that a container gets to stop when neither it nor the caller names a time, as in Docker. */
const defaultStopTimeout = 10;

const path = (id: string, rest = '') => `/containers/${segment(id)}${rest}`;

export async function listContainers(api: Api, filter: ListFilter): Promise<ContainerSummary[]> {
  const names = filter.names?.map(exactName);
  const filters = filtersOf({
    ...filter,
    other: { ...filter.other, ...(names === undefined ? {} : { name: names }) },
  });
  // Podman leaves paused containers out unless all are asked for.
  const all = filter.all === true || api.podman;
  const size = filter.other?.['size'] !== undefined;
  const rows = api.json('GET', '/containers/json', {
    query: { all: all || undefined, size: size || undefined, filters },
  });
  const list = api.podman ? listWithPodman(api, rows, filters) : rows.then(summaries);
  return (await list).filter(
    (one) =>
      matches(filter, one.names, one.labels) &&
      (filter.all === true || isUp(one) || filters?.['status'] !== undefined),
  );
}

function summaries(value: unknown): ContainerSummary[] {
  return listOf(value).map((row) => containerSummary(objectOf(row)));
}

function isUp(container: ContainerSummary): boolean {
  return ['running', 'paused', 'restarting'].includes(container.state);
}

export async function inspectContainer(api: Api, id: string): Promise<ContainerDetails> {
  return containerDetails(objectOf(await api.json('GET', path(id, '/json'))));
}

export async function createContainer(
  api: Api,
  name: string,
  body: ContainerBody,
  platform?: string,
): Promise<Created> {
  // Podman would give none where no time is named.
  return api.podman
    ? await createOnPodman(api, name, { StopTimeout: defaultStopTimeout, ...body }, platform)
    : await createOnDocker(api, name, body, platform);
}

/** Engines before API 1.44 take one network at creation; the others are connected before the start. */
async function createOnDocker(
  api: Api,
  name: string,
  body: ContainerBody & { HostConfig: { NetworkMode?: string } },
  platform?: string,
): Promise<Created> {
  const networks = Object.entries(body.NetworkingConfig?.EndpointsConfig ?? {});
  if (networks.length < 2 || api.atLeast('1.44')) return await postCreate(api, name, body, platform);
  const mode = body.HostConfig.NetworkMode;
  const first = networks.find(([network]) => network === mode) ?? networks[0]!;
  const created = await postCreate(
    api,
    name,
    { ...body, NetworkingConfig: { EndpointsConfig: { [first[0]]: first[1] } } },
    platform,
  );
  for (const [network, endpoint] of networks) {
    if (network === first[0]) continue;
    const call = { body: { Container: created.id, EndpointConfig: endpoint } };
    await api.run('POST', `/networks/${segment(network)}/connect`, call);
  }
  return created;
}

export async function postCreate(
  api: Api,
  name: string,
  body: ContainerBody,
  platform: string | undefined,
): Promise<Created> {
  const query = { name: name === '' ? undefined : name, platform };
  const answer = objectOf(await api.json('POST', '/containers/create', { query, body }));
  return { id: textOf(answer['Id']), warnings: textsOf(answer['Warnings']) };
}

/** A stop or restart: the grace is always sent, for Podman takes none as zero. */
async function halt(
  api: Api,
  verb: 'stop' | 'restart',
  id: string,
  timeout: number | undefined,
): Promise<void> {
  const t = api.podman ? await stopOnPodman(api, id, timeout) : timeout;
  await api.run('POST', path(id, `/${verb}`), { query: { t }, accept: [304] });
}

async function waitContainer(
  api: Api,
  id: string,
  condition: string,
  signal?: AbortSignal,
  placed?: () => void,
): Promise<number> {
  const stream = await api.stream('POST', path(id, '/wait'), { query: { condition }, signal });
  placed?.();
  let text = '';
  try {
    for await (const chunk of stream) text += String(chunk);
  } catch (error) {
    signal?.throwIfAborted();
    throw api.broken(`POST ${path(id, '/wait')}`, error);
  }
  const answer: unknown = JSON.parse(text === '' ? '{}' : text);
  // Podman says -1 of a container that never ran.
  return Math.max(0, numberOf(objectOf(answer)['StatusCode']));
}

type LifeCalls = Pick<
  Engine,
  | 'startContainer'
  | 'stopContainer'
  | 'restartContainer'
  | 'killContainer'
  | 'pauseContainer'
  | 'unpauseContainer'
  | 'renameContainer'
  | 'updateContainer'
  | 'removeContainer'
  | 'waitContainer'
>;

/** The calls that lead a container through its life. */
export function lifeCalls(api: Api): LifeCalls {
  return {
    startContainer: (id) => onceUnambiguous(() => api.run('POST', path(id, '/start'), { accept: [304] })),
    stopContainer: (id, timeout) => halt(api, 'stop', id, timeout),
    restartContainer: (id, timeout) => halt(api, 'restart', id, timeout),
    killContainer: (id, signal) => api.run('POST', path(id, '/kill'), { query: { signal } }),
    pauseContainer: (id) => api.run('POST', path(id, '/pause')),
    unpauseContainer: (id) => api.run('POST', path(id, '/unpause')),
    renameContainer: (id, name) => api.run('POST', path(id, '/rename'), { query: { name } }),
    updateContainer: async (id, update) => {
      const restart = update.restartPolicy === undefined ? {} : { RestartPolicy: update.restartPolicy };
      await api.run('POST', path(id, '/update'), { body: { ...update.resources, ...restart } });
    },
    removeContainer: async (id, { force, volumes }) => {
      if (force === true && api.podman) await killOnPodman(api, id);
      await api.run('DELETE', path(id), { query: { force: force || undefined, v: volumes || undefined } });
    },
    waitContainer: (id, condition, signal, placed) => waitContainer(api, id, condition, signal, placed),
  };
}
