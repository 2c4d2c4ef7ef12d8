import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { EngineError } from '../../diagnostic/errors.ts';
import type { Address } from '../address.ts';
import { codeOf } from '../http/errors.ts';
import { explainSsh } from './errors.ts';

type SshAddress = Extract<Address, { kind: 'ssh' }>;

export interface Tunnel {
  /** A socket of ours that is forwarded to the engine's. */
  readonly socket: string;
  /** The other machine's address as ssh reached it, whatever it is called in the user's configuration. */
  readonly peer: string | undefined;
  /** Resolves when the connection is up; waits for a lost one to come back. */
  ready(): Promise<void>;
  close(): void;
}

/** Pauses before each attempt to bring a lost connection back, in milliseconds. */
const retryPauses = [200, 1000, 3000, 8000];

const defaultSocket = '/var/run/docker.sock';

/**
 * Reaches an engine on another machine by one ssh process, whatever the number of requests: it forwards
 * a private socket. The user's ssh configuration, agent and known hosts decide; nothing is asked.
 * @throws EngineError that tells a wrong key, an unknown host and a missing engine apart
 */
export async function openTunnel(
  address: SshAddress,
  { environment }: { readonly environment: Readonly<Record<string, string | undefined>> },
): Promise<Tunnel> {
  const folder = mkdtempSync(join(shortFolder(), 'tscompose-'));
  const socket = join(folder, 's');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const remote = address.path ?? defaultSocket;
    let link = await Link.open({ address, socket, remote, environment });
    const found = link.sockets.find((one) => one.usable);
    if (found === undefined) {
      link.close();
      throw noEngine(
        address,
        link.sockets.map((one) => one.path),
      );
    }
    if (found.path !== remote) {
      link.close();
      rmSync(socket, { force: true });
      link = await Link.open({ address, socket, remote: found.path, environment });
    }
    return new KeptTunnel(link, remove);
  } catch (error) {
    process.off('exit', remove);
    remove();
    throw error;
  }
}

/** Sockets have at most 107 bytes for their path. */
function shortFolder(): string {
  return tmpdir().length > 60 ? '/tmp' : tmpdir();
}

function noEngine(address: SshAddress, denied: readonly string[]): EngineError {
  const first = denied[0];
  if (first !== undefined) {
    return new EngineError('denied', 'ssh', `${address.text}: no permission to use ${first} there`, {
      hint: 'log in as a member of the group that owns the socket, such as "docker"',
    });
  }
  const where = address.path ?? 'the usual places';
  return new EngineError(
    'unreachable',
    'ssh',
    `${address.text}: there is no engine's socket at ${where} there`,
    {
      hint: 'start the engine there, or name its socket: ssh://host/path/to/docker.sock',
    },
  );
}

/** A tunnel that opens its connection again when it breaks. */
class KeptTunnel implements Tunnel {
  readonly socket: string;
  readonly peer: string | undefined;
  #link: Promise<Link>;
  #closed = false;
  readonly #remove: () => void;

  constructor(link: Link, remove: () => void) {
    this.socket = link.target.socket;
    this.peer = link.peer;
    this.#link = Promise.resolve(link);
    this.#remove = remove;
    this.#keep(link);
  }

  async ready(): Promise<void> {
    await this.#link;
  }

  close(): void {
    this.#closed = true;
    this.#link.then((link) => link.close()).catch(() => {});
    process.off('exit', this.#remove);
    this.#remove();
  }

  #keep(link: Link): void {
    link.onLost(() => {
      if (this.#closed) return;
      this.#link = this.#reopen(link.target);
      this.#link.then((next) => this.#keep(next)).catch(() => {});
    });
  }

  async #reopen(target: LinkTarget): Promise<Link> {
    let failure: unknown;
    for (const pause of retryPauses) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (this.#closed) break;
      rmSync(target.socket, { force: true });
      try {
        return await Link.open(target);
      } catch (error) {
        failure = error;
      }
    }
    throw failure ?? new EngineError('unreachable', 'ssh', 'the connection is closed');
  }
}

interface LinkTarget {
  readonly address: SshAddress;
  readonly socket: string;
  readonly remote: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** One ssh process. What runs at the other end lists the sockets there, and ends when we do. */
class Link {
  readonly target: LinkTarget;
  readonly sockets: readonly { readonly path: string; readonly usable: boolean }[];
  readonly peer: string | undefined;
  readonly #child: ChildProcess;

  private constructor(target: LinkTarget, child: ChildProcess, lines: readonly string[]) {
    this.target = target;
    this.#child = child;
    const places = lines.filter((line) => /^[+-]\//.test(line));
    this.sockets = places.map((line) => ({ path: line.slice(1), usable: line.startsWith('+') }));
    this.peer = lines.find((line) => /^@[0-9a-f.:]+$/.test(line))?.slice(1);
  }

  static async open(target: LinkTarget): Promise<Link> {
    // A session of its own: Ctrl-C ends the command in its own time, and the connection after it.
    const child = spawn('ssh', argumentsOf(target), {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      env: { ...target.environment },
    });
    let stderr = '';
    child.stderr.on('data', (data) => {
      stderr = (stderr + String(data)).slice(-8000);
    });
    child.stdin.on('error', () => {});
    const failed = new Promise<never>((_, reject) => {
      child.once('error', (error) => reject(notStarted(error)));
      child.once('close', () => reject(explainSsh(target.address.text, stderr)));
    });
    failed.catch(() => {});
    const link = new Link(target, child, await Promise.race([linesUntilDot(child.stdout), failed]));
    child.stdout.resume();
    link.#letGo();
    process.once('exit', link.close);
    return link;
  }

  onLost(lost: () => void): void {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) lost();
    else this.#child.once('exit', lost);
  }

  readonly close = (): void => {
    process.off('exit', this.close);
    this.#child.removeAllListeners('exit');
    this.#child.stdin?.destroy();
    this.#child.kill('SIGTERM');
  };

  /** Our own process ends without waiting for this one. */
  #letGo(): void {
    this.#child.unref();
    for (const stream of this.#child.stdio) {
      if (
        stream !== null &&
        stream !== undefined &&
        'unref' in stream &&
        typeof stream.unref === 'function'
      ) {
        stream.unref();
      }
    }
  }
}

function argumentsOf({ address, socket, remote }: LinkTarget): string[] {
  const options = [
    'BatchMode=yes',
    'ExitOnForwardFailure=yes',
    'StreamLocalBindUnlink=yes',
    'ConnectTimeout=15',
    'ServerAliveInterval=10',
    'ServerAliveCountMax=3',
    'ControlPath=none',
    'ControlMaster=no',
    'ForkAfterAuthentication=no',
    'RemoteCommand=none',
    'PermitLocalCommand=no',
  ];
  return [
    '-T',
    ...options.flatMap((option) => ['-o', option]),
    ...['-L', `${socket}:${remote}`],
    ...(address.port === undefined ? [] : ['-p', String(address.port)]),
    ...(address.user === '' ? [] : ['-l', address.user]),
    '--',
    address.host,
    remoteScript(address.path),
  ];
}

/** Prints `@` and its own address, `+path` for each engine's socket that may be used, `-path` for the others, then a dot. */
function remoteScript(path: string | undefined): string {
  const usual = `${defaultSocket} "$r/docker.sock" /run/podman/podman.sock "$r/podman/podman.sock"`;
  const places = path === undefined ? usual : `"${path.replace(/["$`\\]/g, '\\$&')}"`;
  const script = [
    'set -- $SSH_CONNECTION; echo "@$3"',
    'r=${XDG_RUNTIME_DIR:-/run/user/$(id -u)}',
    `for s in ${places}`,
    'do if [ -S "$s" ]; then if [ -w "$s" ]; then echo "+$s"; else echo "-$s"; fi; fi; done',
    'echo .',
    'exec cat >/dev/null',
  ].join('; ');
  return `sh -c '${script.replace('; do', ' ; do').replaceAll("'", "'\\''")}'`;
}

function linesUntilDot(stream: Readable): Promise<string[]> {
  return new Promise((resolve) => {
    let text = '';
    const read = (data: unknown) => {
      text += String(data);
      const lines = text.split('\n');
      const dot = lines.indexOf('.');
      if (dot < 0) return;
      stream.off('data', read);
      resolve(lines.slice(0, dot));
    };
    stream.on('data', read);
  });
}

function notStarted(error: Error): EngineError {
  const missing = codeOf(error) === 'ENOENT';
  return new EngineError('unreachable', 'ssh', missing ? 'ssh is not installed' : `ssh: ${error.message}`, {
    hint: 'engines at ssh:// addresses are reached by the OpenSSH client',
    cause: error,
  });
}
