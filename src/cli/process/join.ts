import { once } from 'node:events';
import { Transform } from 'node:stream';
import type { Attachment, TerminalSize } from '../../engine/engine.ts';
import { type Deferred, deferred } from '../../util/deferred.ts';
import type { Terminal } from '../command.ts';
import { DetachKeys, defaultDetachKeys, detachBytes } from './detach.ts';
import { SizeFollower } from './size.ts';

interface RawInput {
  setRawMode(raw: boolean): void;
}

export interface JoinOptions {
  /** The process has a terminal: input is passed on key by key, and its size follows ours. */
  readonly tty: boolean;
  readonly resize?: (size: TerminalSize) => Promise<void>;
  /** Changes the size for a moment, so that a program that runs already draws its screen again. */
  readonly redraw?: boolean;
  /** Keys that end the connection and leave the process alone; only with a terminal. */
  readonly detachKeys?: string | undefined;
}

/** True if a process gets a terminal because ours is one at both ends. */
export function hasTerminal({ stdin, stdout }: Pick<Terminal, 'stdin' | 'stdout'>): boolean {
  return stdin.isTTY === true && stdout.isTTY === true;
}

/** Joins the terminal's streams to a process until the engine closes the connection, or the detach keys are typed. */
export async function joinStreams(
  terminal: Terminal,
  attachment: Attachment,
  options: JoinOptions,
): Promise<'ended' | 'detached'> {
  const { stdin, stdout, stderr } = terminal;
  const raw = options.tty && hasRawMode(stdin) ? stdin : undefined;
  const detached = deferred<'detached'>();
  const over = new AbortController();
  const { resize, redraw = false } = options;
  const size =
    options.tty && resize !== undefined
      ? new SizeFollower({ current: () => sizeOf(stdout), send: resize, redraw, signal: over.signal })
      : undefined;
  const follow = (): void => size?.follow();
  raw?.setRawMode(true);
  if (options.tty) {
    size?.begin();
    process.on('SIGWINCH', follow);
  }
  try {
    const keys = raw === undefined ? undefined : detachFilter(options, detached);
    if (attachment.stdin !== undefined) {
      attachment.stdin.on('error', () => undefined);
      if (keys === undefined) stdin.pipe(attachment.stdin);
      else stdin.pipe(keys).pipe(attachment.stdin);
    }
    attachment.stdout.pipe(stdout, { end: false });
    attachment.stderr.pipe(stderr, { end: false });
    const ends = [attachment.stdout, attachment.stderr].map((stream) =>
      stream.readableEnded ? undefined : once(stream, 'end'),
    );
    const ended = Promise.all([attachment.ended, ...ends]).then((): 'ended' => 'ended');
    return await Promise.race([ended, detached.promise]);
  } finally {
    over.abort();
    process.off('SIGWINCH', follow);
    raw?.setRawMode(false);
    stdin.unpipe();
    stdin.pause();
    attachment.close();
  }
}

function detachFilter({ detachKeys }: JoinOptions, detached: Deferred<'detached'>): Transform {
  const keys = new DetachKeys(detachBytes(detachKeys || defaultDetachKeys));
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const { pass, detach } = keys.push(chunk);
      if (detach) detached.resolve('detached');
      done(null, pass);
    },
  });
}

function sizeOf({ rows, columns }: Terminal['stdout']): TerminalSize | undefined {
  return rows === undefined || columns === undefined ? undefined : { rows, columns };
}

function hasRawMode(stdin: object): stdin is RawInput {
  return 'setRawMode' in stdin && typeof stdin.setRawMode === 'function';
}
