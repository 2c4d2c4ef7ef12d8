import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';

/** The folder of a lab that scripts/lab.mjs has made; undefined outside of one. */
export const labFolder = process.env['TSCOMPOSE_LAB'];

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** One container host: a dockerd and an sshd in namespaces of their own, on the lab's switch. */
export class Host {
  readonly name: string;
  readonly address: string;
  readonly folder: string;
  readonly #lab: string;
  #child: ChildProcess | undefined;

  constructor(lab: string, number: number) {
    this.#lab = lab;
    this.name = `n${number}`;
    this.address = `198.18.77.${10 + number}`;
    this.folder = join(lab, 'hosts', this.name);
  }

  get socket(): string {
    return join(this.folder, 's');
  }

  /** As tscompose reaches it from this machine. */
  get local(): string {
    return `unix://${this.socket}`;
  }

  get remote(): string {
    return `ssh://root@${this.address}`;
  }

  async start(): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    keys(this.#lab, this);
    if (!existsSync(`/run/netns/${this.name}`)) {
      const ip = (...words: string[]) => execFileSync('ip', words);
      ip('netns', 'add', this.name);
      ip('link', 'add', this.name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.name);
      ip('link', 'set', this.name, 'master', 'br0', 'up');
      ip('-n', this.name, 'addr', 'add', `${this.address}/24`, 'dev', 'eth0');
      ip('-n', this.name, 'link', 'set', 'eth0', 'up');
      ip('-n', this.name, 'link', 'set', 'lo', 'up');
      ip('-n', this.name, 'route', 'add', 'default', 'via', '198.18.77.1');
    }
    rmSync(this.socket, { force: true });
    const log = openSync(join(this.folder, 'log'), 'a');
    const namespaces = ['--mount', '--uts', '--ipc', '--pid', '--fork', '--mount-proc', '--kill-child'];
    this.#child = spawn(
      'nsenter',
      [
        `--net=/run/netns/${this.name}`,
        'unshare',
        ...namespaces,
        'sh',
        '-c',
        life,
        'sh',
        this.folder,
        this.address,
        this.name,
        this.#lab,
      ],
      { stdio: ['ignore', log, log], detached: true },
    );
    const ready = async () => (await call(this, 'GET', '/_ping').catch(() => undefined))?.status === 200;
    for (const end = Date.now() + 60_000; !(await ready()); await sleep(100)) {
      if (Date.now() > end)
        throw new Error(
          `${this.name} does not start: ${readFileSync(join(this.folder, 'log'), 'utf8').slice(-2000)}`,
        );
    }
  }

  /** Power cut: everything on it ends at once; its disk stays. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    const ended = new Promise((done) => child.once('exit', done));
    process.kill(-child.pid, 'SIGKILL');
    await ended;
    this.#child = undefined;
    // The kernel takes a moment to end all that lived in the namespaces.
    await sleep(300);
  }

  /** Runs a program in some of this host's namespaces; it ends with the host. */
  enter(namespaces: readonly string[], words: readonly string[], options: SpawnOptions): ChildProcess {
    const outside = this.#child?.pid;
    const first = readFileSync(`/proc/${outside}/task/${outside}/children`, 'utf8').trim();
    return spawn('nsenter', ['-t', first, ...namespaces, '--', ...words], options);
  }

  /** Plugs the cable in or pulls it. */
  link(state: 'up' | 'down'): void {
    execFileSync('ip', ['link', 'set', this.name, state]);
  }

  /** Lets this host reach another one, or not; this machine reaches both. */
  route(to: Host, state: 'reachable' | 'unreachable'): void {
    const words = state === 'unreachable' ? 'add' : 'del';
    execFileSync('ip', ['-n', this.name, 'route', words, 'unreachable', `${to.address}/32`]);
  }

  /** Limits both directions; undefined lifts the limit. */
  shape(rate: string | undefined): void {
    const ends = [
      ['-n', this.name, 'dev', 'eth0'],
      ['dev', this.name],
    ] as const;
    for (const [first, ...rest] of ends) {
      const [place, device] = first === '-n' ? [['-n', rest[0]!], rest[2]!] : [[], rest[0]!];
      const tc = (...words: string[]) =>
        execFileSync('tc', [...place, 'qdisc', ...words], { stdio: 'ignore' });
      try {
        tc('del', 'dev', device, 'root');
      } catch {
        // There was none.
      }
      if (rate !== undefined)
        tc('add', 'dev', device, 'root', 'tbf', 'rate', rate, 'burst', '256kb', 'latency', '100ms');
    }
  }

  /** Loads images that were made from Debian's packages. */
  async images(...names: string[]): Promise<void> {
    const archives: Record<string, string> = JSON.parse(
      readFileSync(join(this.#lab, 'archives.json'), 'utf8'),
    );
    for (const name of names) {
      const answer = await call(this, 'POST', '/images/load?quiet=1', createReadStream(archives[name]!));
      if (answer.status !== 200) throw new Error(`${name}: ${JSON.stringify(answer.body)}`);
    }
  }
}

/** The first process of a host. dockerd is started again when it ends, as a service manager does. */
const life = `
  d=$1 ip=$2 name=$3 lab=$4
  hostname "$name" && mount --make-rprivate / &&
  mkdir -p "$d/cgroup" && mount --rbind /sys/fs/cgroup "$d/cgroup" && mount -t sysfs sysfs /sys &&
  mount --rbind "$d/cgroup" /sys/fs/cgroup && umount -l "$d/cgroup" &&
  mount -t tmpfs -o mode=755 tmpfs /run && mkdir -p /run/lock /run/sshd || exit 1
  /usr/sbin/sshd -f /dev/null -h "$lab/ssh/host" -o ListenAddress="$ip" -o PidFile=/run/sshd.pid -o UsePAM=no \\
    -o AuthorizedKeysFile="$lab/ssh/authorized_keys" -o StrictModes=no -o PasswordAuthentication=no \\
    -o KbdInteractiveAuthentication=no -o PermitRootLogin=prohibit-password || exit 1
  while :; do
    rm -f /run/docker.pid
    dockerd --data-root "$d/data" --exec-root /run/docker-exec -H "unix://$d/s" -H unix:///run/docker.sock \\
      --cgroup-parent "/$(basename "$lab")/$name" >>"$d/dockerd.log" 2>&1
    sleep 1
  done`;

/** Keys, and an ssh that knows only the lab: PATH has to begin with its folder. */
function keys(lab: string, { address }: Host): void {
  const folder = join(lab, 'ssh');
  if (!existsSync(folder)) {
    mkdirSync(folder, { mode: 0o700 });
    for (const name of ['id', 'host']) {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    }
    writeFileSync(join(folder, 'authorized_keys'), readFileSync(join(folder, 'id.pub')));
    writeFileSync(
      join(folder, 'config'),
      `Host *\n  IdentityFile ${folder}/id\n  IdentitiesOnly yes\n  UserKnownHostsFile ${folder}/known_hosts\n  StrictHostKeyChecking yes\n  LogLevel ERROR\n`,
    );
    mkdirSync(join(lab, 'bin'));
    writeFileSync(join(lab, 'bin', 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${folder}/config "$@"\n`);
    chmodSync(join(lab, 'bin', 'ssh'), 0o755);
  }
  const key = readFileSync(join(folder, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  appendFileSync(join(folder, 'known_hosts'), `${address} ${key}\n`);
}

/** One call of the Engine API, without the product's own client. */
export function call(
  host: Pick<Host, 'socket'>,
  method: string,
  path: string,
  body?: NodeJS.ReadableStream | string,
): Promise<{ status: number; body: unknown; text: string }> {
  return new Promise((done, fail) => {
    const type = typeof body === 'string' ? 'application/json' : 'application/x-tar';
    const headers = body === undefined ? {} : { 'Content-Type': type };
    const sent = request(
      { socketPath: host.socket, host: 'engine', method, path, headers, timeout: 20_000 },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', fail);
        answer.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          let parsed: unknown = text;
          try {
            parsed = JSON.parse(text);
          } catch {
            // Not all answers are JSON.
          }
          done({ status: answer.statusCode ?? 0, body: parsed, text });
        });
      },
    );
    sent.once('error', fail);
    sent.once('timeout', () => sent.destroy(new Error('no answer')));
    if (body === undefined || typeof body === 'string') sent.end(body);
    else body.pipe(sent);
  });
}

/** Starts hosts with some images. The answer ends them. */
export async function startHosts(
  hosts: readonly Host[],
  images: readonly string[],
): Promise<() => Promise<void>> {
  for (const host of hosts) await host.start();
  await Promise.all(hosts.map((host) => host.images(...images)));
  return async () => {
    for (const host of hosts) await host.kill();
  };
}
