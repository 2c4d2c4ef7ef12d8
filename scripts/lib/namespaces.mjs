import { run } from './run.mjs';

const prepare = `
  mount --make-rprivate / &&
  mkdir -p "$1/cgroup" && mount --rbind /sys/fs/cgroup "$1/cgroup" &&
  mount -t sysfs sysfs /sys && mount --rbind "$1/cgroup" /sys/fs/cgroup && umount -l "$1/cgroup" &&
  mount -t tmpfs tmpfs /run && mkdir -p /run/lock && ip link set lo up`;

/**
 * Runs a shell script in network, mount and process namespaces of its own, with a /run of its own. What it starts ends
 * with it, and it ends with this process, however that ends. Needs root.
 * @param scratch a folder: the script's $1
 * @param args its $2 and up
 * @returns its exit code
 */
export function inNamespaces(scratch, script, args) {
  const namespaces = ['--net', '--mount', '--ipc', '--pid', '--fork', '--mount-proc', '--kill-child'];
  // The shell stays as the first process: it reaps what ended engines leave behind.
  const inside = `${prepare} && ${script}\nexit $?`;
  return run('setpriv', [
    ...['--pdeathsig', 'KILL', 'unshare', ...namespaces],
    ...['sh', '-c', inside, 'sh', scratch, ...args],
  ]);
}
