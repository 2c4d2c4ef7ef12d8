/** One message with gRPC's head: not compressed, length, then the message. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(5 + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}

/** Cuts bytes that arrive in any pieces into messages. */
export class Frames {
  #pieces: Buffer[] = [];
  #length = 0;

  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  /** The next whole message; undefined until it is there. @throws Error for a compressed one, which we never ask for */
  next(): Buffer | undefined {
    const head = this.#front(5);
    if (head === undefined) return undefined;
    if (head[0] !== 0) throw new Error('compressed gRPC message');
    const length = head.readUInt32BE(1);
    const whole = this.#front(5 + length);
    if (whole === undefined) return undefined;
    const rest = whole.subarray(5 + length);
    this.#pieces[0] = rest;
    if (rest.length === 0) this.#pieces.shift();
    this.#length -= 5 + length;
    return whole.subarray(5, 5 + length);
  }

  /** The first piece, joined with others until it has that many bytes. */
  #front(length: number): Buffer | undefined {
    if (this.#length < length) return undefined;
    if (this.#pieces[0]!.length < length) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0]!;
  }
}
