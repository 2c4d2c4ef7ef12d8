import type { Readable } from 'node:stream';
import type { LogChunk } from '../../src/engine/engine.ts';

/** All text of a stream. */
export async function collect(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** The text of one of the two streams. */
export function text(chunks: readonly LogChunk[], stream: LogChunk['stream']): string {
  return Buffer.concat(chunks.filter((one) => one.stream === stream).map(({ data }) => data)).toString();
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
