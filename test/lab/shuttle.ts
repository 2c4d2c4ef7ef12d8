import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, Group } from './group.ts';
import type { Host } from './hosts.ts';
import { listen, type Told } from './told.ts';

/** A service that does nothing, with a volume that tests fill from outside; it moves to and fro. */
export class Shuttle {
  readonly group: Group;
  from: Host;
  to: Host;

  constructor(name: string, hosts: readonly [Host, Host], command = 'sleep 100000', more = '') {
    [this.from, this.to] = hosts;
    this.group = new Group(name, {
      'compose.yaml': `services:
  box:
    image: tscompose-base/busybox
    command: ${JSON.stringify(command.split(' '))}
    stop_signal: SIGKILL
    volumes: ['data:/data']
${more}volumes: { data: }
`,
    });
  }

  async up(): Promise<void> {
    await this.group.must(this.from.remote, 'up', '-d');
  }

  /** Runs a line of shell in the volume, with the rights of root. */
  fill(line: string): void {
    execFileSync('sh', ['-ec', line], { cwd: this.folder(this.from) });
  }

  folder(host: Host): string {
    return join(host.folder, 'data', 'volumes', `${this.group.name}_data`, '_data');
  }

  /** Changes a file's content and nothing that a look at it tells. */
  static spoil(path: string): void {
    const { mtimeNs } = statSync(path, { bigint: true });
    const file = openSync(path, 'r+');
    writeSync(file, 'X', 0);
    closeSync(file);
    execFileSync('touch', [
      '-d',
      `@${mtimeNs / 1_000_000_000n}.${String(mtimeNs % 1_000_000_000n).padStart(9, '0')}`,
      path,
    ]);
    if (statSync(path, { bigint: true }).mtimeNs !== mtimeNs) throw new Error(`${path} has another time now`);
  }

  async run(args: readonly string[], seen?: (event: Told) => void): Promise<Ended> {
    const words = ['migrate', '--to', this.to.remote, '--remove-source', ...args];
    const ended = await (seen === undefined
      ? this.group.run(this.from.remote, words)
      : listen(this.group, this.from.remote, words, seen));
    if (ended.code === 0) [this.from, this.to] = [this.to, this.from];
    return ended;
  }

  /** Runs with the command standing still when it is about to compare both sides, or has done so, while `use` runs. */
  async runHeld(args: readonly string[], status: 'Working' | 'Done', use: () => void): Promise<Ended> {
    const LAB_PAUSE = JSON.stringify({
      operation: 'prove-volumes',
      engine: this.to.remote,
      status,
      nth: 1,
      delay: 0,
    });
    const words = ['--progress', 'json', 'migrate', '--to', this.to.remote, '--remove-source', ...args];
    const more = { LAB_PAUSE, NODE_OPTIONS: `--import=${new URL('kill/pause.mjs', import.meta.url).href}` };
    const { child, ended } = this.group.start(this.from.remote, words, more);
    let over = false;
    void ended.finally(() => {
      over = true;
    });
    const stands = () => /\) T /.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8'));
    while (!over && !stands()) await new Promise((done) => setTimeout(done, 20));
    try {
      if (!over) use();
    } finally {
      child.kill('SIGCONT');
    }
    const end = await ended;
    if (end.code === 0) [this.from, this.to] = [this.to, this.from];
    return end;
  }

  async move(...args: string[]): Promise<string> {
    const { code, output } = await this.run(args);
    if (code !== 0) throw new Error(`migrate ${args.join(' ')}: exit ${code}\n${output}`);
    return output;
  }

  async down(): Promise<void> {
    for (const host of [this.from, this.to]) await this.group.must(host.local, 'down', '-v');
    this.group.close();
  }
}

/** Bytes that have gone over a link of the switch: a host's, or `br0`, which is this machine's own. */
export function bytesOver(link: string): number {
  const read = (way: string) =>
    Number(readFileSync(`/sys/class/net/${link}/statistics/${way}_bytes`, 'utf8'));
  return read('rx') + read('tx');
}

/** Bytes that the helpers on a host have read so far, from files and connections. */
export function readByHelpers(host: Host): number {
  const of = (pid: string, file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8');
  let sum = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!of(pid, 'cmdline').endsWith('carry\0serve\0')) continue;
      if (!/\/tsl-[^/]+\/([^/]+)\//.exec(of(pid, 'cgroup'))?.includes(host.name)) continue;
      sum += Number(/rchar: (\d+)/.exec(of(pid, 'io'))?.[1]);
    } catch {
      // It has ended.
    }
  }
  return sum;
}
