import { request } from 'node:http';
import { isRecord } from './json.ts';

/** The engines that scripts/test.mjs has started for the tests. */
export const docker = process.env['TSCOMPOSE_TEST_DOCKER'] || undefined;
export const podman = process.env['TSCOMPOSE_TEST_PODMAN'] || undefined;

/** One call of the Engine API over a unix socket, without the product's own client. @returns the parsed answer */
export function engineCall(
  host: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const data = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const headers =
    data === undefined ? {} : { 'content-type': 'application/json', 'content-length': data.length };
  return new Promise((done, fail) => {
    const sent = request(
      { socketPath: host.replace('unix://', ''), host: 'engine', method, path, headers },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.once('end', () => done({ status: answer.statusCode ?? 0, body: parse(text) }));
        answer.once('error', fail);
      },
    );
    sent.once('error', fail);
    sent.end(data);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const projectFilter = (project: string) =>
  encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${project}`] }));

/** Podman fails to list when a container of another test goes meanwhile. */
async function listContainers(host: string, filter: string, times = 4): ReturnType<typeof engineCall> {
  const answer = await engineCall(host, 'GET', `/containers/json?all=1&filters=${filter}`);
  if (answer.status === 200) return answer;
  if (times <= 1) throw new Error(`containers can't be listed: ${JSON.stringify(answer.body)}`);
  return listContainers(host, filter, times - 1);
}

/** Containers, networks and volumes of a project, by name, and its images, straight from the engine. */
export async function projectState(host: string, project: string): Promise<ProjectState> {
  const filter = projectFilter(project);
  const [containers, networks, volumes, images] = await Promise.all([
    listContainers(host, filter),
    engineCall(host, 'GET', `/networks?filters=${filter}`),
    engineCall(host, 'GET', `/volumes?filters=${filter}`),
    engineCall(host, 'GET', `/images/json?filters=${filter}`),
  ]);
  const volumeList = isRecord(volumes.body) ? volumes.body['Volumes'] : [];
  return {
    containers: records(containers.body).map((one) => ({
      id: String(one['Id']),
      name: Array.isArray(one['Names']) ? String(one['Names'][0]).replace(/^\//, '') : '',
      state: String(one['State']),
      status: String(one['Status']),
      labels: isRecord(one['Labels']) ? one['Labels'] : {},
    })),
    networks: records(networks.body)
      .map((one) => String(one['Name']))
      .sort(),
    volumes: records(volumeList)
      .map((one) => String(one['Name']))
      .sort(),
    images: records(images.body).map((one) => String(one['Id'])),
  };
}

/** Names of the volumes that are snapshots of a project's volumes, with their seals. */
export async function snapshotsOf(host: string, project: string): Promise<readonly string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`tscompose.snapshot.project=${project}`] }));
  const { body } = await engineCall(host, 'GET', `/volumes?filters=${filters}`);
  return records(isRecord(body) ? body['Volumes'] : []).map((one) => String(one['Name']));
}

/** Names of the volumes in which the engine keeps a project's revisions. */
export async function revisionVolumes(host: string, project: string): Promise<string[]> {
  const filter = encodeURIComponent(JSON.stringify({ label: [`tscompose.revision.project=${project}`] }));
  const { body } = await engineCall(host, 'GET', `/volumes?filters=${filter}`);
  return records(isRecord(body) ? body['Volumes'] : []).map((one) => String(one['Name']));
}

const records = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : []);

export interface ContainerSeen {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly status: string;
  readonly labels: Readonly<Record<string, unknown>>;
}

export interface ProjectState {
  readonly containers: readonly ContainerSeen[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** Ids of images that were built for it. */
  readonly images: readonly string[];
}
