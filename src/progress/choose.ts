import { UserError } from '../diagnostic/errors.ts';
import type { Emit } from '../execute/events.ts';
import type { OutputSource } from '../execute/options.ts';
import { jsonProgress } from './json.ts';
import { plainProgress } from './plain.ts';

/** Where progress goes: standard error, and what is known of it. */
export interface ProgressTerminal {
  readonly stderr: NodeJS.WritableStream & {
    readonly isTTY?: boolean;
    readonly columns?: number;
    readonly rows?: number;
  };
  /** For what builds say. */
  readonly stdout?: NodeJS.WritableStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface ProgressWish {
  /** `--progress`: auto, tty, plain, json, quiet or none. */
  readonly progress?: string | undefined;
  /** `--ansi`: auto, never or always. */
  readonly ansi?: string | undefined;
  /** First word of the head line: `up`. */
  readonly command?: string;
}

export interface OpenProgress {
  readonly emit: Emit;
  /** Output of builds and hooks. A view that draws shows it when it is closed: hooks always, builds if one failed. */
  readonly output: (source: OutputSource, text: string) => void;
  /** Leaves the last picture on the screen. Events after it are dropped. */
  close(): Promise<void>;
}

export type ProgressMode = 'tty' | 'plain' | 'json' | 'quiet';

/** The view that the flags ask for on this terminal. @throws UserError if they make no sense */
export function chooseMode(
  { progress, ansi }: ProgressWish,
  { stderr, environment }: ProgressTerminal,
): ProgressMode {
  const mode = progress || environment['COMPOSE_PROGRESS'] || 'auto';
  const wish = ansi || environment['COMPOSE_ANSI'] || 'auto';
  switch (mode) {
    case 'auto':
      if (wish === 'never') return 'plain';
      return stderr.isTTY === true && environment['TERM'] !== 'dumb' ? 'tty' : 'plain';
    case 'tty':
      if (wish === 'never') throw conflict('tty', 'never');
      return 'tty';
    case 'plain':
      if (wish === 'always') throw conflict('plain', 'always');
      return 'plain';
    case 'json':
      return 'json';
    case 'quiet':
    case 'none':
      return 'quiet';
    default:
      throw new UserError('progress-value', `unsupported --progress value "${mode}"`, {
        hint: 'use auto, tty, plain, json or quiet',
      });
  }
}

function conflict(mode: string, ansi: string): UserError {
  return new UserError(
    'progress-value',
    `can't use --progress ${mode} while ANSI support is ${ansi === 'never' ? 'disabled' : 'forced'}`,
    {
      hint: `leave out --progress ${mode} or --ansi ${ansi}`,
    },
  );
}

/** True if colour is wanted on the terminal: NO_COLOR is obeyed unless `--ansi always`. */
export function wantsColour({ ansi }: ProgressWish, { stderr, environment }: ProgressTerminal): boolean {
  const wish = ansi || environment['COMPOSE_ANSI'] || 'auto';
  if (wish !== 'auto') return wish === 'always';
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  return stderr.isTTY === true || (environment['FORCE_COLOR'] ?? '') !== '';
}

/** Opens the progress view that the flags ask for. */
export async function openProgress(wish: ProgressWish, terminal: ProgressTerminal): Promise<OpenProgress> {
  const { stderr } = terminal;
  const close = () => Promise.resolve();
  const output: OpenProgress['output'] = ({ kind, stream }, text) => {
    const target = kind === 'build' || stream === 'stdout' ? (terminal.stdout ?? stderr) : stderr;
    target.write(text);
  };
  switch (chooseMode(wish, terminal)) {
    case 'tty': {
      const { ttyProgress } = await import('./tty.ts');
      return ttyProgress(stderr, output, wish.command ?? '', wantsColour(wish, terminal));
    }
    case 'plain':
      return { emit: plainProgress((line) => stderr.write(line)), output, close };
    case 'json': {
      const json = jsonProgress((line) => stderr.write(line));
      return { emit: json.emit, output, close: async () => json.close() };
    }
    case 'quiet':
      return { emit: () => {}, output: () => {}, close };
  }
}
