/**
 * Tests and benchmarks on several hosts: `npm run test:lab [vitest arguments]`, `node scripts/lab.mjs bench NAME`.
 *
 * A host is a set of namespaces with a dockerd and an sshd of its own; all hang on one virtual switch. Everything lives
 * in namespaces that end with this script: neither this machine's engines nor its network see any of it. Needs root.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { makeArchives } from './images/make.mjs';
import { inNamespaces } from './lib/namespaces.mjs';
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs';
import { aptInstall, ensureDockerd } from './lib/private-engine.mjs';
import { has, isRoot, main, root, run, ScriptError } from './lib/run.mjs';

const images = ['busybox', 'nginx', 'node', 'redis', 'postgres'];
const self = join(root, 'scripts', 'lab.mjs');

const programs = {
  '/usr/sbin/sshd': 'openssh-server',
  ssh: 'openssh-client',
  ip: 'iproute2',
  podman: 'podman',
};

/** Runs what was asked for inside the namespaces. */
async function inside(scratch, [what, ...args]) {
  const environment = { ...process.env, TSCOMPOSE_LAB: scratch };
  if (what === 'bench') {
    return await run(process.execPath, [join(root, 'scripts', 'bench.mjs'), ...args], { env: environment });
  }
  const vitest = join(root, 'node_modules/.bin/vitest');
  const flags = ['run', '--config', 'test/vitest.config.ts', '--project', 'lab'];
  return await run(vitest, [...flags, ...(what === undefined ? [] : [what]), ...args], { env: environment });
}

/** Hosts that lost their power leave control groups behind, empty. */
function removeGroups(name) {
  const tops = ['', ...readdirSync('/sys/fs/cgroup')].map((tree) => join('/sys/fs/cgroup', tree, name));
  const remove = (folder) => {
    for (const one of readdirSync(folder, { withFileTypes: true })) {
      if (one.isDirectory()) remove(join(folder, one.name));
    }
    rmdirSync(folder);
  };
  for (const top of tops.filter((folder) => existsSync(folder))) {
    try {
      remove(top);
    } catch {
      // Something in it still ends.
    }
  }
}

await main(async (args) => {
  if (args[0] === 'inside') {
    const [, scratch, ...rest] = args;
    writeFileSync(join(scratch, 'code'), String(await inside(scratch, rest)));
    return 0;
  }
  if (!isRoot) throw new ScriptError('Hosts of their own need root.');
  await ensureInstalled();
  await ensureBuilt();
  ensureDockerd();
  const missing = Object.keys(programs).filter((program) => !has(program));
  if (missing.length > 0 && has('apt-get')) aptInstall(missing.map((program) => programs[program]));
  const archives = makeArchives(images);
  // Short: the path of a socket may have 107 bytes.
  const scratch = mkdtempSync('/tmp/tsl-');
  mkdirSync(join(scratch, 'hosts'));
  writeFileSync(join(scratch, 'archives.json'), JSON.stringify(archives));
  const script = `
    mkdir -p /run/netns && ip link add br0 type bridge stp_state 0 forward_delay 0 &&
    ip addr add 198.18.77.1/24 dev br0 && ip link set br0 up &&
    s=$1 n=$2 m=$3 && shift 3 && "$n" "$m" inside "$s" "$@"`;
  try {
    await inNamespaces(scratch, script, [process.execPath, self, ...args]);
    return Number(readFileSync(join(scratch, 'code'), 'utf8'));
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
    removeGroups(basename(scratch));
  }
});
