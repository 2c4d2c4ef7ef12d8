import { Readable } from 'node:stream';
import { chainIds, type Omission, sha256 } from './chain.ts';

const block = 512;

/** An image's archive without the contents of layers that are there; `saved`: bytes that do not have to go. */
export interface Filtered {
  readonly stream: Readable;
  saved(): number;
}

/**
 * Leaves layers out of what an engine saves, on the fly.
 * @param layers of the image, in order
 * @param present chain ids that the other engine has
 */
export function withoutLayers(
  archive: Readable,
  layers: readonly string[],
  present: ReadonlySet<string>,
  how: Exclude<Omission, 'all'>,
): Filtered {
  const known = new KnownLayers(layers, present);
  let saved = 0;
  async function* through(): AsyncGenerator<Buffer> {
    let rest: Buffer = Buffer.alloc(0);
    let left = 0;
    let skipping = false;
    let reading: { name: string; parts: Buffer[] } | undefined;
    for await (const chunk of archive) {
      let bytes: Buffer = rest.length > 0 ? Buffer.concat([rest, toBuffer(chunk)]) : toBuffer(chunk);
      rest = Buffer.alloc(0);
      while (bytes.length > 0) {
        if (left > 0) {
          const piece = bytes.subarray(0, Math.min(left, bytes.length));
          bytes = bytes.subarray(piece.length);
          left -= piece.length;
          if (skipping) saved += piece.length;
          else yield piece;
          reading?.parts.push(piece);
          if (left === 0 && reading !== undefined) {
            known.legacy(reading.name, Buffer.concat(reading.parts).toString('utf8').replace(/\0+$/, ''));
            reading = undefined;
          }
          continue;
        }
        if (bytes.length < block) {
          rest = bytes;
          break;
        }
        const header = bytes.subarray(0, block);
        bytes = bytes.subarray(block);
        const { name, size, isFile } = readHeader(header);
        left = Math.ceil(size / block) * block;
        skipping = isFile && left > 0 && known.has(name);
        if (isFile && /^[0-9a-f]{64}\/json$/.test(name) && left > 0) reading = { name, parts: [] };
        if (!skipping) yield Buffer.from(header);
        else if (how === 'empty') yield emptied(header);
      }
    }
    if (rest.length > 0) yield rest;
  }
  const stream = Readable.from(through(), { objectMode: false });
  stream.once('close', () => archive.destroy());
  return { stream, saved: () => saved };
}

function toBuffer(chunk: unknown): Buffer {
  return chunk instanceof Uint8Array
    ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    : Buffer.from(String(chunk));
}

function readHeader(header: Buffer): { name: string; size: number; isFile: boolean } {
  const name = header.toString('utf8', 0, 100).replace(/\0.*$/s, '');
  const type = header[156];
  const isFile = type === 0 || type === '0'.charCodeAt(0);
  // Sizes from 8 GiB on are binary, marked by the first bit.
  const size =
    (header[124]! & 0x80) !== 0
      ? Number(header.readBigUInt64BE(128))
      : Number.parseInt(header.toString('latin1', 124, 136).replace(/[^0-7]/g, '') || '0', 8);
  return { name: header[0] === 0 ? '' : name, size: header[0] === 0 ? 0 : size, isFile };
}

/** The same header of an empty file. */
function emptied(header: Buffer): Buffer {
  const copy = Buffer.from(header);
  copy.write('00000000000\0', 124, 'latin1');
  copy.write('        ', 148, 'latin1');
  const sum = copy.reduce((total, byte) => total + byte, 0);
  copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return copy;
}

/** Which entries of an archive are layers that need not be sent. */
class KnownLayers {
  readonly #layers: readonly string[];
  readonly #chain: readonly string[];
  readonly #present: ReadonlySet<string>;
  /** Position by the folder's name, in the oldest form of archives. */
  readonly #folders = new Map<string, number>();

  constructor(layers: readonly string[], present: ReadonlySet<string>) {
    this.#layers = layers;
    this.#chain = chainIds(layers);
    this.#present = present;
  }

  has(name: string): boolean {
    const at = this.#positionOf(name);
    const chain = this.#chain[at];
    return chain !== undefined && this.#present.has(chain);
  }

  #positionOf(name: string): number {
    const [, digest] = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.tar)?$/.exec(name) ?? [];
    if (digest !== undefined) return this.#once(`sha256:${digest}`);
    const [, folder] = /^([0-9a-f]{64})\/layer\.tar$/.exec(name) ?? [];
    return folder === undefined ? -1 : (this.#folders.get(folder) ?? -1);
  }

  /** The same layer may be in an image twice, over different ones: then it is sent. */
  #once(layer: string): number {
    const at = this.#layers.indexOf(layer);
    return at === this.#layers.lastIndexOf(layer) ? at : -1;
  }

  /**
   * Folders of old archives are named by a digest over the layer's description, which stands beside it: a folder
   * belongs to the layer with which that digest comes out. `os` was added to the description after the digest was made.
   */
  legacy(name: string, text: string): void {
    const id = name.slice(0, 64);
    const described: unknown = JSON.parse(text);
    if (typeof described !== 'object' || described === null) return;
    const { id: _, parent, ...rest } = described as Record<string, unknown>;
    for (const [at, layer] of this.#chain.entries()) {
      const own = {
        ...rest,
        layer_id: layer,
        ...(typeof parent === 'string' && { parent: `sha256:${parent}` }),
      };
      const { os: __, ...withoutOs } = own as Record<string, unknown>;
      if ([own, withoutOs].some((one) => sha256(goJson(one)) === `sha256:${id}`)) {
        this.#folders.set(id, at);
        return;
      }
    }
  }
}

/** JSON as Go writes a map: keys in order, some signs escaped. */
function goJson(value: Record<string, unknown>): string {
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(value[key])}`);
  return `{${members.join(',')}}`.replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
