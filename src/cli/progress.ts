import type { Emit } from '../execute/events.ts';
import type { Context } from './session.ts';

export interface Output {
  readonly emit: Emit;
  close(): void | Promise<void>;
}

/** The progress view that the options ask for: lines of text or JSON on stderr, or nothing. */
export async function openOutput({ global, terminal }: Context): Promise<Output> {
  const { progress = 'auto' } = global;
  const emit =
    progress === 'json' ? jsonLines : progress === 'quiet' || progress === 'none' ? silence : plainLines;
  return { emit: emit((text) => terminal.stderr.write(text)), close: () => undefined };
}

type View = (write: (text: string) => void) => Emit;

const silence: View = () => () => undefined;

const jsonLines: View = (write) => (event) => write(`${JSON.stringify(event)}\n`);

const plainLines: View = (write) => (event) => {
  if (event.type === 'summary') return;
  if (event.type === 'notice') {
    write(`${event.level}: ${event.message}\n${event.hint === undefined ? '' : `  hint: ${event.hint}\n`}`);
    return;
  }
  if (event.current !== undefined) return;
  write(` ${[event.id, event.text, event.details ?? ''].join(' ')}\n`);
};
