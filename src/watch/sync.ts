import type { Engine } from '../engine/engine.ts';
import { archiveOf, type Owner } from './archive.ts';
import { type Content, contentsOf, isUnchanged } from './content.ts';
import type { Copy } from './decide.ts';
import { isReadOnly, putIntoMounts } from './mounts.ts';
import { ownerOf } from './owner.ts';
import { removeIn } from './remove.ts';
import { isEmpty, parts, type Transfer, transferOf } from './transfer.ts';

/** A container of a service. */
export interface Replica {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
}

/** What was sent to one container. */
export interface Sent {
  readonly replica: Replica;
  readonly files: number;
  readonly removed: number;
  /** Of files' contents. */
  readonly bytes: number;
  readonly milliseconds: number;
}

export interface SyncWish {
  readonly engine: Engine;
  readonly containers: () => Promise<readonly Replica[]>;
  /** What a container that was not there before is to get at first. */
  readonly initial: (replica: Replica) => Promise<readonly Copy[]>;
  readonly sent: (sent: Sent) => void;
  readonly failed: (replica: Replica, error: unknown) => void;
  readonly unreadable: (path: string, error: unknown) => void;
}

/** What is known of one container. */
interface Known {
  /** Prints of what it was sent, by path. */
  readonly has: Map<string, string>;
  /** Paths that it may not have as they are. */
  readonly pending: Set<string>;
  owner?: Promise<Owner | undefined>;
}

/** Paths that are read and sent in one piece. */
const atOnce = 500;

/** Keeps the containers of one service as the files of this machine are, whether they run or not. */
export class ServiceSync {
  readonly #wish: SyncWish;
  /** Everything that was ever to be copied, by its place in containers. */
  readonly #copies = new Map<string, Copy>();
  readonly #known = new Map<string, Known>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(wish: SyncWish) {
    this.#wish = wish;
  }

  /** Takes the containers that there are as they are. */
  async begin(): Promise<void> {
    for (const replica of await this.#wish.containers()) await this.#meet(replica);
  }

  /** Something has happened at these paths. */
  note(copies: readonly Copy[]): void {
    for (const copy of copies) {
      this.#copies.set(copy.container, copy);
      for (const { pending } of this.#known.values()) pending.add(copy.container);
    }
  }

  /**
   * Sends what containers lack, one flush after the other. What can't be sent stays to be sent.
   * @param begins told before anything is sent
   * @returns whether every container has everything
   */
  flush(begins: () => void = () => {}): Promise<boolean> {
    const turn = this.#turn.catch(() => undefined).then(() => this.#flush(begins));
    this.#turn = turn;
    return turn;
  }

  async #flush(begins: () => void): Promise<boolean> {
    const replicas = await this.#wish.containers();
    for (const id of [...this.#known.keys()])
      if (!replicas.some((one) => one.id === id)) this.#known.delete(id);
    for (const replica of replicas) {
      if (this.#known.has(replica.id)) continue;
      const { pending } = await this.#meet(replica);
      for (const path of this.#copies.keys()) pending.add(path);
    }
    const pending = new Set(replicas.flatMap(({ id }) => [...(this.#known.get(id)?.pending ?? [])]));
    let told = false;
    const tell = (): void => {
      if (!told) begins();
      told = true;
    };
    let whole = true;
    // Parents before what is in them, so that parts can go one after the other.
    for (const part of parts([...pending].sort(), atOnce)) {
      const contents = await contentsOf(
        part.flatMap((path) => this.#copies.get(path) ?? []),
        this.#wish.unreadable,
      );
      const tars = new Map<string, Uint8Array>();
      const ends = await Promise.all(replicas.map((replica) => this.#serve(replica, contents, tars, tell)));
      whole = whole && ends.every(Boolean);
    }
    return whole;
  }

  async #meet(replica: Replica): Promise<Known> {
    const known: Known = { has: new Map(), pending: new Set() };
    this.#known.set(replica.id, known);
    for (const copy of await this.#wish.initial(replica)) {
      this.#copies.set(copy.container, copy);
      known.pending.add(copy.container);
    }
    return known;
  }

  /** @param tars what several containers are to get is packed once */
  async #serve(
    replica: Replica,
    all: readonly Content[],
    tars: Map<string, Uint8Array>,
    tell: () => void,
  ): Promise<boolean> {
    const known = this.#known.get(replica.id);
    if (known === undefined) return true;
    const contents = all.filter(({ container }) => known.pending.has(container));
    const transfer = transferOf(contents, known.has);
    try {
      let { running } = replica;
      if (!isEmpty(transfer)) {
        if (transfer.put.length > 0 || running) tell();
        running = await this.#send(replica, known, transfer, tars);
      }
      settle(known, contents, transfer, running);
      // What is to go from one that does not run goes when it starts.
      return true;
    } catch (error) {
      this.#wish.failed(replica, error);
      return false;
    }
  }

  /** @returns whether the container runs: only then is gone what was to go */
  async #send(
    replica: Replica,
    known: Known,
    { remove, put }: Transfer,
    tars: Map<string, Uint8Array>,
  ): Promise<boolean> {
    const { engine, sent } = this.#wish;
    const began = performance.now();
    const running = replica.running && (remove.length === 0 || (await removeIn(engine, replica.id, remove)));
    if (put.length > 0) {
      known.owner ??= ownerOf(engine, replica.id);
      const owner = await known.owner;
      const key = [owner?.uid, owner?.gid, ...put.map(({ container }) => container)].join('\n');
      const tar = tars.get(key) ?? (await archiveOf(put, owner));
      if (tar instanceof Uint8Array) tars.set(key, tar);
      try {
        await engine.putArchive(replica.id, '/', tar);
      } catch (error) {
        if (!isReadOnly(error)) throw error;
        await putIntoMounts(engine, replica.id, put, owner, error);
      }
    }
    sent({
      ...{ replica, files: put.length, removed: running ? remove.length : 0 },
      bytes: put.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0),
      milliseconds: performance.now() - began,
    });
    return running;
  }
}

/** Notes what a container has now. */
function settle(
  { has, pending }: Known,
  contents: readonly Content[],
  { remove }: Transfer,
  running: boolean,
): void {
  const waiting = new Set(running ? [] : remove);
  for (const content of contents) {
    const { container, print } = content;
    if (waiting.has(container)) continue;
    // A large file that changed while it was read comes again.
    if ('path' in content && !isUnchanged(content.path, content)) continue;
    has.set(container, print);
    pending.delete(container);
  }
}
