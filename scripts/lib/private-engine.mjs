import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers } from './engine-http.mjs';
import { capture, has, isRoot, ScriptError, say, until } from './run.mjs';

const waysOut = `There is no container engine, and none can be installed from here. Any of these helps:
  - start the engine that you have, or name it: DOCKER_HOST=unix:///path/to.sock (or tcp://…)
  - install one: on Debian and Ubuntu \`apt-get install docker.io\` or \`podman\`; elsewhere Docker Desktop, Colima, …
  - on Debian, run this again as root: it installs docker.io and starts a private dockerd`;

/** Installs Debian's Docker Engine when there is none and that is allowed here (root, apt). */
export function ensureDockerd() {
  if (!isRoot) throw new ScriptError(waysOut);
  if (has('dockerd') && has('iptables')) return;
  if (!has('apt-get')) throw new ScriptError(waysOut);
  aptInstall(['docker.io', 'iptables']);
  if (!has('dockerd')) throw new ScriptError(waysOut);
}

/** Installs Debian packages as root. */
export function aptInstall(packages) {
  say(`Installing ${packages.join(' and ')} (apt-get) …`);
  // No init system may be there to start services: this keeps the packages' scripts from trying.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  capture('apt-get', ['-qq', 'update'], { env });
  capture('apt-get', ['-qq', '-y', 'install', '--no-install-recommends', ...packages], { env });
}

/**
 * Starts a dockerd whose socket, data and process belong to this folder alone. Survives this process.
 * @param folder absolute, short: a socket's path may have 107 bytes
 */
export async function startDockerd(folder, { prefix = [], args = [] } = {}) {
  const flags = [
    '--data-root',
    `${folder}/data`,
    '--exec-root',
    `${folder}/exec`,
    '--pidfile',
    `${folder}/pid`,
  ];
  return start(folder, 'docker.sock', [
    ...prefix,
    'dockerd',
    ...flags,
    '-H',
    `unix://${folder}/docker.sock`,
    ...args,
  ]);
}

/** Starts Podman's Docker-compatible service in a folder of its own. */
export async function startPodman(folder) {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'containers.conf');
  writeFileSync(
    config,
    `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
[engine]
cgroup_manager = "cgroupfs"
${has('runc') ? 'runtime = "runc"\n' : ''}`,
  );
  // Registries of tests: Docker takes those on loopback without proof, Podman has to be told.
  const registries = join(folder, 'registries.conf');
  const ports = Array.from({ length: 20 }, (_, i) => 5000 + i);
  writeFileSync(
    registries,
    ports.map((port) => `[[registry]]\nlocation = "127.0.0.1:${port}"\ninsecure = true\n`).join('\n'),
  );
  const places = [
    '--root',
    `${folder}/root`,
    '--runroot',
    `${folder}/run`,
    '--network-config-dir',
    `${folder}/net`,
  ];
  const command = ['podman', ...places, 'system', 'service', '--time=0', `unix://${folder}/podman.sock`];
  return start(folder, 'podman.sock', command, {
    ...{ CONTAINERS_CONF: config, CONTAINERS_REGISTRIES_CONF: registries },
  });
}

async function start(folder, socket, [program, ...args], environment = {}) {
  const host = `unix://${folder}/${socket}`;
  if (host.length > 114)
    throw new ScriptError(`${folder} is too long a path for a socket; set XDG_STATE_HOME to a shorter one.`);
  if (await answers(host)) return host;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  rmSync(join(folder, 'pid'), { force: true });
  const log = join(folder, 'log');
  const out = openSync(log, 'a');
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', out, out],
    env: { ...process.env, ...environment },
  });
  let ended;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code) => (ended = `exit code ${code}`));
  const up = await until(async () => ended || (await answers(host)), 60_000);
  if (up !== true) {
    const tail = readFileSync(log, 'utf8').trim().split('\n').slice(-8).join('\n');
    throw new ScriptError(
      `${program} did not start (${ended ?? 'no answer within 60 s'}). Its last words:\n${tail}`,
    );
  }
  writeFileSync(join(folder, 'started'), `${child.pid} ${startTime(child.pid)}`);
  child.unref();
  return host;
}

/** Tells a process from a later one with the same id. */
function startTime(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Ends the engine that was started in this folder, and only that one; then removes the folder. */
export async function stopEngine(folder) {
  const file = join(folder, 'started');
  if (existsSync(file)) {
    const [pid, time] = readFileSync(file, 'utf8').split(' ');
    const runs = () => startTime(pid) === time;
    if (runs()) {
      process.kill(Number(pid), 'SIGTERM');
      if (!(await until(() => !runs(), 30_000)))
        throw new ScriptError(`The engine (process ${pid}) does not end.`);
    }
  }
  unmountBelow(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Overlay and network mounts that an engine has left. */
function unmountBelow(folder) {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1]);
  for (const mount of mounts.reverse()) if (mount?.startsWith(`${folder}/`)) capture('umount', ['-l', mount]);
}
