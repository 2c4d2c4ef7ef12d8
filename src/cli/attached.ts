import { once } from 'node:events';
import type { Attachment, TerminalSize } from '../engine/engine.ts';
import type { Terminal } from './command.ts';

interface RawInput {
  setRawMode(raw: boolean): void;
}

/**
 * Joins the terminal's streams to a process until the engine closes the connection.
 * @param tty the process has a terminal: input is passed on key by key, and its size follows ours
 */
export async function joinStreams(
  terminal: Terminal,
  attachment: Attachment,
  options: { readonly tty: boolean; readonly resize?: (size: TerminalSize) => Promise<void> },
): Promise<void> {
  const { stdin, stdout, stderr } = terminal;
  const raw = options.tty && hasRawMode(stdin) ? stdin : undefined;
  const resize = (): void => {
    const { rows, columns } = stdout;
    if (rows === undefined || columns === undefined) return;
    // The process may have ended just now; its size is of no use then.
    options.resize?.({ rows, columns }).catch(() => undefined);
  };
  raw?.setRawMode(true);
  if (options.tty) {
    resize();
    process.on('SIGWINCH', resize);
  }
  try {
    if (attachment.stdin !== undefined) {
      attachment.stdin.on('error', () => undefined);
      stdin.pipe(attachment.stdin);
    }
    attachment.stdout.pipe(stdout, { end: false });
    attachment.stderr.pipe(stderr, { end: false });
    const ends = [attachment.stdout, attachment.stderr].map((stream) =>
      stream.readableEnded ? undefined : once(stream, 'end'),
    );
    await Promise.all([attachment.ended, ...ends]);
  } finally {
    process.off('SIGWINCH', resize);
    raw?.setRawMode(false);
    if (attachment.stdin !== undefined) stdin.unpipe(attachment.stdin);
    stdin.pause();
    attachment.close();
  }
}

function hasRawMode(stdin: object): stdin is RawInput {
  return 'setRawMode' in stdin && typeof stdin.setRawMode === 'function';
}
