import { isRecord } from '../../support/json.ts';
import { call, type Host } from '../hosts.ts';

const rows = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : []);

const projectLabel = 'com.docker.compose.project';
const moveLabel = 'tscompose.migrate';

/** Removes all that projects and their moves have made on a host, without the product's help. */
export async function wipe(host: Host, projects: ReadonlySet<string>): Promise<void> {
  const all = rows((await call(host, 'GET', '/containers/json?all=1')).body);
  const isOurs = (what: Record<string, unknown>) => {
    const labels = isRecord(what['Labels']) ? what['Labels'] : {};
    const project =
      labels[projectLabel] ?? labels[`${moveLabel}.project`] ?? labels['tscompose.revision.project'];
    return project === undefined ? moveLabel in labels : projects.has(String(project));
  };
  await Promise.all(
    all.filter(isOurs).map((one) => call(host, 'DELETE', `/containers/${one['Id']}?force=1&v=1`)),
  );
  const { body } = await call(host, 'GET', '/volumes');
  const volumes = rows(isRecord(body) ? body['Volumes'] : []);
  const own = volumes.filter(isOurs);
  await Promise.all(own.map((one) => call(host, 'DELETE', `/volumes/${one['Name']}`)));
  const networks = rows((await call(host, 'GET', '/networks')).body).filter(isOurs);
  await Promise.all(networks.map((one) => call(host, 'DELETE', `/networks/${one['Id']}`)));
}
