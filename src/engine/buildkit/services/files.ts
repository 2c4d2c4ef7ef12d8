import { UserError } from '../../../diagnostic/errors.ts';
import type { FileEntry, FileFilter, FileTree } from '../../build-request.ts';
import type { Codec, Message } from '../codec.ts';
import type { Handler, Metadata, ServedCall } from '../grpc/server.ts';
import { GrpcError, statusCode } from '../grpc/status.ts';
import { packet, packetType } from '../messages.ts';
import { goMode, isRegular } from './modes.ts';

/** Bytes of content in one message, and of entries that are sent together. */
const chunkSize = 256 * 1024;
const batchSize = 32 * 1024;
/** Files that are read at the same time. */
const readers = 8;

export interface FileService {
  readonly trees: Readonly<Record<string, FileTree>>;
  /** Bytes of content sent so far, all trees together. */
  readonly sent: (bytes: number) => void;
  /** What went wrong at this side: the engine passes on only its words. */
  readonly failed: (error: unknown) => void;
}

/** BuildKit's file sync: we tell all entries, the engine asks for the content that it lacks. */
export function fileHandlers(codec: Codec, service: FileService): Record<string, Handler> {
  let total = 0;
  return {
    '/moby.filesync.v1.FileSync/DiffCopy': async (call) => {
      const { name, filter } = wishOf(call.metadata);
      const tree = Object.hasOwn(service.trees, name) ? service.trees[name] : undefined;
      if (tree === undefined) throw new GrpcError(statusCode.notFound, `no folder "${name}" is offered`);
      try {
        await new Sync(codec, call, tree, (bytes) => {
          total += bytes;
          service.sent(total);
        }).run(filter);
      } catch (error) {
        // What ends the transfer at the other side is told there, in better words.
        if (error instanceof UserError) service.failed(error);
        throw error;
      }
    },
  };
}

/** What the headers of a call ask for. Values are escaped if a second header says so. */
function wishOf(metadata: Metadata): { name: string; filter: FileFilter } {
  const values = (key: string): readonly string[] => {
    const given = metadata.get(key) ?? [];
    if (metadata.get(`${key}-encoded`)?.[0] !== '1') return given;
    return given.map((value) => decodeURIComponent(value.replaceAll('+', ' ')));
  };
  const filter = {
    include: values('include-patterns'),
    exclude: values('exclude-patterns'),
    follow: values('followpaths'),
  };
  return { name: values('dir-name')[0] ?? '', filter };
}

/** One transfer of a tree. */
class Sync {
  readonly #codec: Codec;
  readonly #call: ServedCall;
  readonly #tree: FileTree;
  readonly #sent: (bytes: number) => void;
  /** Paths of files by their number; all entries count. */
  readonly #files = new Map<number, string>();
  readonly #wanted: number[] = [];
  #reading = 0;
  #finished: (() => void) | undefined;
  #failure: unknown;

  constructor(codec: Codec, call: ServedCall, tree: FileTree, sent: (bytes: number) => void) {
    this.#codec = codec;
    this.#call = call;
    this.#tree = tree;
    this.#sent = sent;
  }

  async run(filter: FileFilter): Promise<void> {
    const telling = this.#tell(filter);
    // A failure ends the loop below: the engine closes the call once it has read of it.
    telling.catch((error: unknown) => this.#fail(error));
    for await (const message of this.#call.messages) {
      const { type = packetType.stat, id = 0, data } = this.#codec.decode(packet, message);
      if (type === packetType.request) this.#read(id);
      else if (type === packetType.fin) break;
      else if (type === packetType.error) {
        throw new GrpcError(statusCode.unknown, Buffer.from(data ?? []).toString('utf8'));
      }
      if (this.#failure !== undefined) throw this.#failure;
    }
    if (this.#failure !== undefined) throw this.#failure;
    await telling;
    await this.#quiet();
    await this.#send({ type: packetType.fin });
  }

  #send(message: Message<typeof packet>): Promise<void> {
    return this.#call.send(this.#codec.encode(packet, message));
  }

  /** Tells all entries, many in one go; an empty one ends them. */
  async #tell(filter: FileFilter): Promise<void> {
    let batch: Uint8Array[] = [];
    let size = 0;
    let number = 0;
    for await (const entry of this.#tree.entries(filter)) {
      if (isRegular(entry.mode) && entry.link === undefined) this.#files.set(number, entry.path);
      number++;
      const message = this.#codec.encode(packet, { type: packetType.stat, stat: statOf(entry) });
      batch.push(message);
      size += message.length;
      if (size < batchSize) continue;
      await this.#call.send(...batch);
      batch = [];
      size = 0;
    }
    await this.#call.send(...batch, this.#codec.encode(packet, { type: packetType.stat }));
  }

  #read(id: number): void {
    this.#wanted.push(id);
    if (this.#reading >= readers) return;
    this.#reading++;
    this.#work()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#reading--;
        if (this.#reading === 0) this.#finished?.();
      });
  }

  async #work(): Promise<void> {
    for (let id = this.#wanted.shift(); id !== undefined; id = this.#wanted.shift()) {
      const path = this.#files.get(id);
      if (path === undefined) throw new GrpcError(statusCode.notFound, `no file has the number ${id}`);
      for await (const chunk of this.#tree.read(path)) {
        for (let at = 0; at < chunk.length; at += chunkSize) {
          const data = chunk.subarray(at, at + chunkSize);
          await this.#send({ type: packetType.data, id, data });
          this.#sent(data.length);
        }
      }
      await this.#send({ type: packetType.data, id });
    }
  }

  /** Tells the engine, which then gives the transfer up. */
  #fail(error: unknown): void {
    this.#failure ??= error;
    const data = Buffer.from(error instanceof Error ? error.message : String(error));
    this.#send({ type: packetType.error, data }).catch(() => {});
  }

  async #quiet(): Promise<void> {
    if (this.#reading === 0) return;
    await new Promise<void>((resolve) => {
      this.#finished = resolve;
    });
  }
}

function statOf({ path, mode, size, mtime, link, device }: FileEntry) {
  return {
    ...{ path, mode: goMode(mode), size, modTime: mtime },
    ...(link !== undefined && { linkname: link }),
    ...(device !== undefined && { devmajor: device.major, devminor: device.minor }),
  };
}
