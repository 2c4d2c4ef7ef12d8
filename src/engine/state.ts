import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../util/folder.ts';

export type PrivateKind = 'docker' | 'podman';

/** Where an engine that we started keeps its things. */
export interface PrivateEngine {
  readonly kind: PrivateKind;
  readonly folder: string;
  readonly socket: string;
}

/** What decides the place of the state: TSCOMPOSE_STATE, or a folder of the user. */
export interface StateWorld {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly uid: number;
}

/** Sockets have at most 107 bytes for their path; containerd's is the longest one. */
const longestSocket = 107;
const longestName = '/docker/exec/containerd/containerd-debug.sock'.length;

/**
 * The folder with our own engines' state: TSCOMPOSE_STATE; for root `/var/lib/tscompose`, else the
 * user's XDG_STATE_HOME or `~/.local/state/tscompose`.
 */
export function stateFolder({ environment, home, uid }: StateWorld): string {
  const given = environment['TSCOMPOSE_STATE'] ?? '';
  if (given !== '') return given;
  if (uid === 0) return '/var/lib/tscompose';
  return join(environment['XDG_STATE_HOME'] || join(home, '.local', 'state'), 'tscompose');
}

/** The place of an engine of ours, whether it runs or not. Its socket goes elsewhere if its path is too long. */
export function privateEngine(world: StateWorld, kind: PrivateKind): PrivateEngine {
  const base = stateFolder(world);
  const folder = join(base, kind);
  const short = Buffer.byteLength(base) + longestName <= longestSocket;
  const id = createHash('sha256').update(base).digest('hex').slice(0, 10);
  const socketFolder = short ? folder : join(tmpdir(), `tscompose-${world.uid}-${id}`);
  return { kind, folder, socket: join(socketFolder, `${kind}.sock`) };
}

export function privateSockets(world: StateWorld): PrivateEngine[] {
  return [privateEngine(world, 'docker'), privateEngine(world, 'podman')];
}

/** A process of ours: the start time tells it from a later one with the same number. */
export interface OwnProcess {
  readonly pid: number;
  readonly startTime: string;
}

const pidFile = (engine: PrivateEngine) => join(engine.folder, 'process');

/** The process that was started for this engine, if it still runs. */
export function runningProcess(engine: PrivateEngine): OwnProcess | undefined {
  let text: string;
  try {
    text = readFileSync(pidFile(engine), 'utf8');
  } catch {
    return undefined;
  }
  const [pid = '', startTime = ''] = text.trim().split(' ');
  const now = startTimeOf(Number(pid));
  return now !== undefined && now === startTime ? { pid: Number(pid), startTime } : undefined;
}

export function rememberProcess(engine: PrivateEngine, pid: number): void {
  makeFolder(engine.folder, 0o711);
  writeFileSync(pidFile(engine), `${pid} ${startTimeOf(pid) ?? ''}\n`);
}

export function forgetProcess(engine: PrivateEngine): void {
  rmSync(pidFile(engine), { force: true });
  rmSync(engine.socket, { force: true });
}

/** Start time of a process in the kernel's ticks; undefined if there is none, or it is a zombie. */
function startTimeOf(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
