import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { engineCall } from './engines.ts';

export interface PrivateEngineOptions {
  /** Size of its disk, such as `32m`. */
  readonly disk?: string;
  /** It is in the network of the tests, where registries are; its containers have none. */
  readonly shared?: boolean;
  /** Its daemon.json. */
  readonly config?: object;
}

/**
 * A Docker Engine of one test's own, in a network namespace of its own, that can be killed and come back. Needs root.
 */
export class PrivateEngine {
  readonly folder = mkdtempSync(join(tmpdir(), 'tsce-'));
  readonly host = `unix://${this.folder}/s`;
  readonly #namespace: ChildProcess | undefined;
  #daemon: ChildProcess | undefined;

  private constructor(options: PrivateEngineOptions) {
    writeFileSync(join(this.folder, 'daemon.json'), JSON.stringify(options.config ?? {}));
    if (options.shared) return;
    // Holds the namespace while no engine runs in it.
    this.#namespace = spawn(
      'unshare',
      ['--net', 'sh', '-c', 'ip link set lo up && echo && exec sleep 3600'],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
  }

  /** @param image is copied from the engine at `from` */
  static async open(from: string, image: string, options?: PrivateEngineOptions): Promise<PrivateEngine> {
    const engine = await PrivateEngine.openEmpty(options);
    await copyImage(from, engine.host, image);
    return engine;
  }

  static async openEmpty(options: PrivateEngineOptions = {}): Promise<PrivateEngine> {
    const engine = new PrivateEngine(options);
    const namespace = engine.#namespace;
    if (namespace !== undefined) await new Promise((ready) => namespace.stdout!.once('data', ready));
    if (options.disk !== undefined) {
      const data = join(engine.folder, 'data');
      mkdirSync(data, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${options.disk}`, 'tmpfs', data]);
    }
    await engine.start();
    return engine;
  }

  /** Starts it, again after a kill; resolves when it answers. */
  async start(): Promise<void> {
    const { folder } = this;
    mkdirSync(folder, { recursive: true });
    // Where nobody reaps, the ended process that they name seems to live.
    for (const file of ['pid', 'exec/containerd/containerd.pid']) rmSync(join(folder, file), { force: true });
    const log = openSync(join(folder, 'log'), 'a');
    const bridge = this.#bridge();
    const inside = this.#namespace === undefined ? [] : [`--net=/proc/${this.#namespace.pid}/ns/net`];
    const daemon = spawn(
      'nsenter',
      [
        // Its rules would be those of the tests' engine too.
        ...[...inside, 'dockerd', '--host', this.host, '--bridge', bridge, '--iptables=false'],
        ...['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`, '--pidfile', `${folder}/pid`],
        ...['--config-file', `${folder}/daemon.json`],
      ],
      { stdio: ['ignore', log, log] },
    );
    this.#daemon = daemon;
    for (let tries = 0; tries < 600; tries++) {
      if (daemon.exitCode !== null) break;
      const answer = await engineCall(this.host, 'GET', '/_ping').catch(() => undefined);
      if (answer?.status === 200) return;
      await pause(100);
    }
    const words = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n').slice(-5).join('\n');
    throw new Error(`the private engine did not start:\n${words}`);
  }

  /** In a shared network "none" would take the bridge of the engine beside it away, so there it has its own. */
  #bridge(): string {
    if (this.#namespace !== undefined) return 'none';
    const name = `tsce${process.pid % 1e6}`;
    if (existsSync(`/sys/class/net/${name}`)) return name;
    execFileSync('ip', ['link', 'add', name, 'type', 'bridge']);
    execFileSync('ip', ['addr', 'add', '10.213.99.1/24', 'dev', name]);
    execFileSync('ip', ['link', 'set', name, 'up']);
    return name;
  }

  /** As a crash does it: no chance to tidy up. */
  async kill(): Promise<void> {
    const daemon = this.#daemon!;
    const ended = new Promise((end) => daemon.once('exit', end));
    daemon.kill('SIGKILL');
    await ended;
  }

  async close(): Promise<void> {
    const daemon = this.#daemon;
    if (daemon !== undefined && daemon.exitCode === null && daemon.signalCode === null) {
      const ended = new Promise((end) => daemon.once('exit', end));
      daemon.kill('SIGTERM');
      await ended;
    }
    if (this.#namespace === undefined) execFileSync('ip', ['link', 'del', this.#bridge()]);
    this.#namespace?.kill('SIGKILL');
    await unmountBelow(this.folder);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function copyImage(from: string, to: string, image: string): Promise<void> {
  const socket = (host: string) => ({ socketPath: host.replace('unix://', ''), host: 'engine' });
  await new Promise<void>((done, fail) => {
    const load = request({ ...socket(to), method: 'POST', path: '/images/load' }, (answer) => {
      answer.resume().once('end', done);
    }).once('error', fail);
    const save = request({ ...socket(from), path: `/images/${image}/get` }, (answer) => answer.pipe(load));
    save.once('error', fail).end();
  });
}

/** Mounts that a killed engine has left. */
async function unmountBelow(folder: string): Promise<void> {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const below = mounts
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${folder}/`));
  for (const mount of below.reverse()) {
    await new Promise((end) => spawn('umount', ['-l', mount], { stdio: 'ignore' }).once('exit', end));
  }
}
