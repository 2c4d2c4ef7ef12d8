import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../diagnostic/errors.ts';
import type { MigrateIntent } from '../../plan/intent.ts';
import type { MovedContainer } from '../../plan/migrate-back.ts';
import { makeFolder } from '../../util/folder.ts';

/**
 * How far a move has come. `copying`: the source serves. `cut`: it is about to stop, or has. `starting`: the data is
 * proved, the target may run. `committed`: the target is the group now.
 */
export type Phase = 'copying' | 'cut' | 'starting' | 'committed' | 'finished' | 'aborted';

export interface EngineAt {
  readonly name: string;
  readonly address: string;
}

/** What has to be known to go on with a move, or to take it back, whatever became of the command. Holds no secrets. */
export interface MoveRecord {
  readonly id: string;
  readonly project: string;
  /** Its name on the target, where that is another one: a rename. */
  readonly as?: string;
  readonly from: EngineAt;
  readonly to: EngineAt;
  readonly phase: Phase;
  /** RFC 3339. */
  readonly began: string;
  readonly changed: string;
  readonly containers: readonly MovedContainer[];
  /** On the source, whose data moved. */
  readonly volumes: readonly string[];
  /** Names of their copies, where those are others: in a rename. */
  readonly copies?: readonly string[];
  /** How the project is found again. */
  readonly files: readonly string[];
  readonly projectDirectory: string;
  readonly profiles: readonly string[];
  readonly envFiles: readonly string[];
  readonly services: readonly string[];
  readonly intent: Pick<
    MigrateIntent,
    'how' | 'binds' | 'allowSplit' | 'timeout' | 'waitTimeoutMs' | 'compatibility'
  >;
  readonly removeSource: boolean;
  /** Taken back while the target did not answer: what was made there is still there. */
  readonly left?: boolean;
  /** Seconds from the source's first stop to the end of the target's start; known at the end. */
  readonly downtime?: number;
  readonly seconds?: number;
  /** Bytes a second of its first copy, where that was long enough to tell. */
  readonly rate?: number;
}

/** The same containers on the way to the same place make the same move. */
export function moveId(project: string, containers: readonly { readonly id: string }[], to: string): string {
  const ids = containers.map(({ id }) => id).sort();
  return createHash('sha256')
    .update(JSON.stringify([project, ids, to]))
    .digest('hex')
    .slice(0, 10);
}

function folderOf(stateFolder: string): string {
  return join(stateFolder, 'moves');
}

/** Written before what it tells of is done, and to the disk. */
export function writeRecord(stateFolder: string, record: MoveRecord): void {
  const folder = folderOf(stateFolder);
  makeFolder(folder, 0o700);
  const path = join(folder, `${record.id}.json`);
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify({ ...record, changed: new Date().toISOString() }, undefined, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}

export function readRecord(stateFolder: string, id: string): MoveRecord | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folderOf(stateFolder), `${id}.json`), 'utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** All that are known here, the latest last. */
export function listRecords(stateFolder: string): readonly MoveRecord[] {
  let names: string[];
  try {
    names = readdirSync(folderOf(stateFolder));
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => readRecord(stateFolder, name.slice(0, -'.json'.length)) ?? [])
    .sort((a, b) => a.began.localeCompare(b.began));
}

/** @throws UserError that names those there are */
export function mustRead(stateFolder: string, id: string): MoveRecord {
  const record = /^[0-9a-f]+$/.test(id) ? readRecord(stateFolder, id) : undefined;
  if (record !== undefined) return record;
  const known = listRecords(stateFolder).map((one) => one.id);
  throw new UserError('no-such-move', `no move has the id ${JSON.stringify(id)}`, {
    hint: known.length === 0 ? 'no move is known on this machine' : `known here: ${known.join(', ')}`,
  });
}

/** Our own file, written whole or not at all: its form is not checked further. */
function isRecord(value: unknown): value is MoveRecord {
  return (
    typeof value === 'object' && value !== null && 'id' in value && 'phase' in value && 'containers' in value
  );
}
