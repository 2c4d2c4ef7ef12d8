import type { Writable } from 'node:stream';

/**
 * Frames on a helper's streams: a kind, four bytes of length, the payload. `J` is JSON between the helper and us; `D`
 * goes from one helper to the other and is passed on as it comes, in pieces, without a copy.
 */
const headerLength = 5;
const json = 'J'.charCodeAt(0);
const data = 'D'.charCodeAt(0);

/** Writes frames to a helper. JSON waits while a frame that is passed on is not complete. */
export class FrameWriter {
  readonly #to: Writable;
  readonly #waiting: Buffer[] = [];
  #passing = false;

  constructor(to: Writable) {
    this.#to = to;
  }

  say(value: object): void {
    this.#frame(Buffer.from(JSON.stringify(value)));
  }

  /** Says that we are here. */
  beat(): void {
    this.#frame(Buffer.alloc(0));
  }

  #frame(text: Buffer): void {
    const frame = Buffer.concat([header(json, text.length), text]);
    if (this.#passing) this.#waiting.push(frame);
    else this.#to.write(frame);
  }

  /** Begins a frame that is passed on. */
  begin(length: number): void {
    this.#passing = true;
    this.#to.write(header(data, length));
  }

  /** @returns false if the stream is full: `drained` is called when it has room again */
  piece(bytes: Buffer, drained: () => void): boolean {
    if (this.#to.destroyed || this.#to.write(bytes)) return true;
    const goOn = () => {
      this.#to.off('drain', goOn);
      this.#to.off('close', goOn);
      drained();
    };
    this.#to.on('drain', goOn);
    this.#to.on('close', goOn);
    return false;
  }

  end(): void {
    this.#passing = false;
    for (const frame of this.#waiting.splice(0)) this.#to.write(frame);
  }
}

function header(kind: number, length: number): Buffer {
  const bytes = Buffer.alloc(headerLength);
  bytes[0] = kind;
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

/** Takes a helper's output apart. */
export class FrameReader {
  readonly #say: (value: unknown) => void;
  readonly #full: () => () => void;
  #head: Buffer = Buffer.alloc(0);
  #text: Buffer[] = [];
  #kind = 0;
  #left = 0;
  /** Bytes that were passed on. */
  passed = 0;
  /** Where data frames go. */
  peer: FrameWriter | undefined;

  /**
   * @param say called with the value of each JSON frame
   * @param full called when the peer takes no more: has to stop what pushes, and to return what lets it go on
   */
  constructor(say: (value: unknown) => void, full: () => () => void) {
    this.#say = say;
    this.#full = full;
  }

  push(chunk: Buffer): void {
    let bytes = this.#head.length > 0 ? Buffer.concat([this.#head, chunk]) : chunk;
    this.#head = Buffer.alloc(0);
    while (bytes.length > 0) {
      if (this.#left === 0) {
        if (bytes.length < headerLength) {
          this.#head = bytes;
          return;
        }
        this.#begin(bytes);
        bytes = bytes.subarray(headerLength);
        continue;
      }
      const piece = bytes.subarray(0, this.#left);
      bytes = bytes.subarray(piece.length);
      this.#left -= piece.length;
      this.#take(piece);
    }
  }

  #begin(bytes: Buffer): void {
    this.#kind = bytes[0]!;
    this.#left = bytes.readUInt32BE(1);
    if (this.#kind === data) this.peer?.begin(this.#left);
    if (this.#left === 0) this.#end();
  }

  #take(piece: Buffer): void {
    if (this.#kind !== data) this.#text.push(piece);
    else {
      this.passed += piece.length;
      if (this.peer !== undefined) this.#passOn(this.peer, piece);
    }
    if (this.#left === 0) this.#end();
  }

  #passOn(peer: FrameWriter, piece: Buffer): void {
    let goOn = () => {};
    const room = peer.piece(piece, () => goOn());
    if (!room) goOn = this.#full();
  }

  #end(): void {
    if (this.#kind === data) this.peer?.end();
    else if (this.#kind === json) this.#say(JSON.parse(Buffer.concat(this.#text).toString()));
    this.#text = [];
  }
}
