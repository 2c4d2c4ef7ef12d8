import type { Writable } from 'node:stream';
import { drained } from '../../util/drained.ts';

/** Bytes that are joined before they are written. */
const block = 64 * 1024;

/** Writes many small pieces in few calls, and waits when the reader is slow. */
export class LogOutput {
  readonly #stream: Writable;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  add(parts: readonly Uint8Array[]): void {
    for (const part of parts) {
      this.#parts.push(part);
      this.#length += part.length;
    }
  }

  /** True if enough is there to be written. */
  get full(): boolean {
    return this.#length >= block;
  }

  /** Writes what was added; resolves when there is room for more. */
  async write(): Promise<void> {
    if (this.#length === 0) return;
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts, this.#length);
    this.#parts = [];
    this.#length = 0;
    if (!this.#stream.write(bytes) && !this.#stream.destroyed) await drained(this.#stream);
  }
}
