import type { LogChunk } from '../engine.ts';

/**
 * Splits the engine's multiplexed stream: frames of an 8-byte header (stream number, three zeros,
 * length, big endian) and data. Data is handed on as it comes, also parts of a frame.
 */
export class FrameSplitter {
  #header = Buffer.alloc(0);
  #left = 0;
  #begins = false;
  #stream: LogChunk['stream'] = 'stdout';

  /** @returns the chunks that these bytes complete or continue */
  push(bytes: Uint8Array): LogChunk[] {
    const chunks: LogChunk[] = [];
    let rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    while (rest.length > 0) {
      if (this.#left > 0) {
        const data = rest.subarray(0, this.#left);
        this.#left -= data.length;
        rest = rest.subarray(data.length);
        chunks.push(
          this.#begins ? { stream: this.#stream, data, begins: true } : { stream: this.#stream, data },
        );
        this.#begins = false;
        continue;
      }
      const missing = headerLength - this.#header.length;
      this.#header = Buffer.concat([this.#header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (this.#header.length === headerLength) this.#begin();
    }
    return chunks;
  }

  #begin(): void {
    this.#stream = this.#header[0] === 2 ? 'stderr' : 'stdout';
    this.#left = this.#header.readUInt32BE(4);
    this.#begins = true;
    this.#header = Buffer.alloc(0);
  }
}

const headerLength = 8;
