import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from './hosts.ts';

/** Podman's service beside a host's dockerd, in the same namespaces; it ends with the host. */
export async function startPodman(host: Host): Promise<{ readonly local: string; readonly remote: string }> {
  const folder = join(host.folder, 'p');
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'containers.conf');
  const runc = existsSync('/usr/sbin/runc') || existsSync('/usr/bin/runc') ? 'runtime = "runc"\n' : '';
  writeFileSync(
    config,
    `[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n[engine]\ncgroup_manager = "cgroupfs"\n${runc}`,
  );
  const socket = join(folder, 's');
  const places = [
    '--root',
    `${folder}/root`,
    '--runroot',
    '/run/podman',
    '--network-config-dir',
    `${folder}/net`,
  ];
  const log = openSync(join(folder, 'log'), 'a');
  const words = ['podman', ...places, 'system', 'service', '--time=0', `unix://${socket}`];
  host.enter(['--net', '--mount', '--uts', '--ipc', '--pid'], words, {
    stdio: ['ignore', log, log],
    env: { ...process.env, CONTAINERS_CONF: config },
  });
  for (const end = Date.now() + 30_000; !existsSync(socket); ) {
    if (Date.now() > end) throw new Error(readFileSync(join(folder, 'log'), 'utf8').slice(-2000));
    await new Promise((done) => setTimeout(done, 100));
  }
  return { local: `unix://${socket}`, remote: `${host.remote}${socket}` };
}
