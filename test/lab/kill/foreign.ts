import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { isRecord } from '../../support/json.ts';
import { Group } from '../group.ts';
import { call, type Host } from '../hosts.ts';

const theirs = `name: theirs
services:
  app:
    image: tscompose-base/busybox
    command: [sh, -c, '[ -e /data/file ] || echo theirs > /data/file; exec sleep 100000']
    restart: always
    stop_signal: SIGKILL
    volumes: ['data:/data']
volumes:
  data:
`;

/** A project of someone else on a host, and what nobody uses there. */
export async function moveIn(host: Host): Promise<Group> {
  const group = new Group('theirs', { 'compose.yaml': theirs });
  await group.must(host.local, 'up', '-d');
  await call(host, 'POST', '/volumes/create');
  await group.must(host.local, 'exec', '-T', 'app', 'test', '-e', '/data/file');
  return group;
}

/** Everything on a host that a move might touch, down to inodes and times: of all that is there. */
export async function pictureOf(host: Host): Promise<readonly string[]> {
  const list = async (path: string, key?: string) => {
    const { body } = await call(host, 'GET', path);
    const rows = key === undefined ? body : isRecord(body) ? body[key] : [];
    return Array.isArray(rows) ? rows.filter(isRecord) : [];
  };
  const containers = await list('/containers/json?all=1');
  const volumes = await list('/volumes', 'Volumes');
  // The engine makes its own networks anew whenever it starts.
  const networks = (await list('/networks')).filter(
    ({ Name }) => !['bridge', 'host', 'none'].includes(String(Name)),
  );
  const names = volumes.map(({ Name }) => String(Name));
  return [
    ...containers.map(
      (c) => `container ${c['Id']} ${c['Names']} ${c['State']} ${JSON.stringify(c['Labels'])}`,
    ),
    ...volumes.map((v) => `volume ${v['Name']} ${v['CreatedAt']} ${JSON.stringify(v['Labels'])}`),
    ...networks.map((n) => `network ${n['Id']} ${n['Name']}`),
    ...names.map((name) => `files ${name}: ${filesIn(join(host.folder, 'data', 'volumes', name, '_data'))}`),
  ].sort();
}

function filesIn(folder: string): string {
  return execFileSync('find', [folder, '-type', 'f', '-printf', '%P %i %s %m %T@ %C@;']).toString();
}
