import { writeSync } from 'node:fs';
import type { Terminal } from '../command.ts';

/** What a project of some hundred services has: from here on code that is not optimised ends first. */
const muchText = 20_000;
/** Commands that read and print, and ask nobody. */
const reading = new Set(['config', 'lint', 'schema']);

/**
 * This process's streams, each made when it is first asked for: making one takes milliseconds. `isDone` tells that a
 * command that only reads and prints has written everything.
 * @param much called once when a command that only reads and prints has much to read
 */
export function processTerminal(
  { environment, ...called }: NonNullable<Terminal['called']> & Pick<Terminal, 'environment'>,
  much?: () => void,
): Terminal & { isDone(): boolean } {
  const guarded = new Set<NodeJS.WriteStream>();
  let brief = false;
  let read = 0;
  return {
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return guard(process.stdout);
    },
    get stderr() {
      return guard(process.stderr);
    },
    ...{ environment, called, workingDir: process.cwd(), print },
    begins: (command) => {
      brief = reading.has(command);
    },
    isDone: () => brief && [...guarded].every((stream) => stream.writableLength === 0),
    reads: (bytes) => {
      const before = read;
      read += bytes;
      if (brief && before < muchText && read >= muchText) much?.();
    },
  };

  function print(text: string): void {
    let rest: Uint8Array = Buffer.from(text);
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EPIPE') process.exit(process.exitCode ?? 0);
      if (code !== 'EAGAIN') throw error;
      // A pipe that is full and does not wait: a stream knows how to.
      guard(process.stdout).write(rest);
    }
  }

  /** A reader that goes away (`| head`) ends the program quietly. */
  function guard<S extends NodeJS.WriteStream>(stream: S): S {
    if (guarded.has(stream)) return stream;
    guarded.add(stream);
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
      throw error;
    });
    return stream;
  }
}
