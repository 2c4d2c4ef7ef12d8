import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { engineCall } from './engines.ts';

/**
 * A Docker Engine of one test's own, in a network namespace of its own, that can be killed and come back. Needs root.
 */
export class PrivateEngine {
  readonly folder = mkdtempSync(join(tmpdir(), 'tsce-'));
  readonly host = `unix://${this.folder}/s`;
  readonly #namespace: ChildProcess;
  #daemon: ChildProcess | undefined;

  private constructor() {
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
  static async open(from: string, image: string): Promise<PrivateEngine> {
    const engine = new PrivateEngine();
    await new Promise((ready) => engine.#namespace.stdout!.once('data', ready));
    await engine.start();
    await copyImage(from, engine.host, image);
    return engine;
  }

  /** Starts it, again after a kill; resolves when it answers. */
  async start(): Promise<void> {
    const { folder } = this;
    mkdirSync(folder, { recursive: true });
    // Where nobody reaps, the ended process that they name seems to live.
    for (const file of ['pid', 'exec/containerd/containerd.pid']) rmSync(join(folder, file), { force: true });
    const log = openSync(join(folder, 'log'), 'a');
    const daemon = spawn(
      'nsenter',
      [
        ...[`--net=/proc/${this.#namespace.pid}/ns/net`, 'dockerd', '--host', this.host, '--bridge', 'none'],
        ...['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`, '--pidfile', `${folder}/pid`],
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
    this.#namespace.kill('SIGKILL');
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
