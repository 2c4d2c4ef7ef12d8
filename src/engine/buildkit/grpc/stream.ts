import type { Http2Stream } from 'node:http2';
import { Frames, framed } from './frames.ts';

/**
 * The messages that arrive on a stream. Ending the loop early leaves the stream alone: a plain `for await` on it
 * would reset it, and the other side would never see the trailers.
 */
export function messagesOf(stream: Http2Stream): AsyncIterableIterator<Buffer> {
  const frames = new Frames();
  let ended = false;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;
  const kick = () => {
    wake?.();
    wake = undefined;
  };
  const over = () => {
    ended = true;
    kick();
  };
  stream.on('readable', kick);
  stream.on('end', over);
  stream.on('close', over);
  stream.on('error', (error: Error) => {
    failure = error;
    kick();
  });
  stream.on('aborted', () => {
    failure ??= new Error('the other side ended the call');
    kick();
  });
  const next = async (): Promise<IteratorResult<Buffer, undefined>> => {
    for (;;) {
      const message = frames.next();
      if (message !== undefined) return { value: message, done: false };
      const chunk: unknown = stream.read();
      if (Buffer.isBuffer(chunk)) frames.push(chunk);
      else if (failure !== undefined) throw failure;
      else if (ended) return { value: undefined, done: true };
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  };
  const whole: AsyncIterableIterator<Buffer> = {
    next,
    return: () => Promise.resolve({ value: undefined, done: true }),
    [Symbol.asyncIterator]: () => whole,
  };
  return whole;
}

/** Sends messages, several in one go, and waits while the other side is behind. */
export function senderOf(stream: Http2Stream): (...messages: readonly Uint8Array[]) => Promise<void> {
  stream.setMaxListeners(0);
  return (...messages) =>
    new Promise((resolve, reject) => {
      const closed = () => reject(new Error('the other side ended the call'));
      if (stream.destroyed || stream.closed) return closed();
      if (stream.write(messages.length === 1 ? framed(messages[0]!) : Buffer.concat(messages.map(framed))))
        return resolve();
      const drained = () => {
        stream.off('close', ended);
        resolve();
      };
      const ended = () => {
        stream.off('drain', drained);
        closed();
      };
      stream.once('drain', drained);
      stream.once('close', ended);
    });
}
