import type { Command, Option, Options, Terminal } from '../command.ts';
import { flagOf, type Position, positionOf } from './position.ts';
import { contexts, profiles, projects, services } from './sources.ts';

export interface Candidate {
  readonly value: string;
  readonly about?: string;
}

/** What the shell is told: words, or that it shall offer files or folders. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly files: 'none' | 'any' | 'folders';
}

/**
 * What may stand where the last word is.
 * @param words of the command line behind the program's name; the last one may be empty
 */
export async function complete(words: readonly string[], terminal: Terminal): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const position = await positionOf(words.slice(0, -1));
  const { options, closed, awaiting } = position;
  if (awaiting !== undefined) return starting(await valuesOf(awaiting, position, terminal), current);
  if (!closed && current.startsWith('-')) {
    const equals = current.indexOf('=');
    if (current.startsWith('--') && equals > 0) {
      const { name, value = '' } = flagOf(current, options);
      const option = name === undefined ? undefined : options[name];
      if (option === undefined) return none;
      return starting(await valuesOf(option, position, terminal), value, current.slice(0, equals + 1));
    }
    return starting({ candidates: flags(options, position), files: 'none' }, current);
  }
  if (position.command === undefined) return starting(names(position), current);
  return starting(await argumentsOf(position.command, position, terminal, current), current);
}

const none: Completion = { candidates: [], files: 'none' };

function starting({ candidates, files }: Completion, start: string, before = ''): Completion {
  const fitting = candidates.filter(({ value }) => value.startsWith(start));
  return { candidates: fitting.map((one) => ({ ...one, value: before + one.value })), files };
}

function names({ group }: Position): Completion {
  const all = Object.entries(group?.commands ?? {}).filter(([, { hidden }]) => hidden !== true);
  return { candidates: all.map(([value, { summary }]) => ({ value, about: summary })), files: 'none' };
}

/** Flags that have not been given yet, unless they may come again. */
function flags(options: Options, { given }: Position): readonly Candidate[] {
  return Object.entries(options)
    .filter(([name, { hidden, type }]) => hidden !== true && (type === 'strings' || !given.has(name)))
    .map(([name, { summary }]) => ({ value: `--${name}`, about: summary }));
}

async function valuesOf(option: Option, position: Position, terminal: Terminal): Promise<Completion> {
  const plain = (values: readonly string[]): Completion => ({
    candidates: values.map((value) => ({ value })),
    files: 'none',
  });
  if (option.choices !== undefined) return plain(option.choices);
  switch (option.complete) {
    case 'file':
      return { candidates: [], files: 'any' };
    case 'directory':
      return { candidates: [], files: 'folders' };
    case 'service':
      return plain(await services(position, terminal));
    case 'profile':
      return plain(await profiles(position, terminal));
    case 'context':
      return plain(contexts(terminal));
    case 'project':
      return plain(await projects(position, terminal));
    default:
      return none;
  }
}

/** Usage lines say what arguments are: `SERVICE`, `SERVICE=NUMBER`, `SERVICE:PATH`. */
async function argumentsOf(
  command: Command,
  position: Position,
  terminal: Terminal,
  current: string,
): Promise<Completion> {
  const { usage, args = {}, flagsEnd } = command;
  if (args.choices !== undefined) {
    return { candidates: args.choices.map((value) => ({ value })), files: 'none' };
  }
  const most = args.max ?? Number.POSITIVE_INFINITY;
  if (position.args.length >= most) return none;
  // Behind the service stands another program's command line, or a port, or the name of an image.
  const onlyFirst = flagsEnd === true || /SERVICE (PRIVATE_PORT|\[REPOSITORY)/.test(usage);
  if (!/\bSERVICE/.test(usage) || (onlyFirst && position.args.length > 0)) {
    return { candidates: [], files: flagsEnd ? 'any' : 'none' };
  }
  const ending = usage.includes('SERVICE=') ? '=' : usage.includes('SERVICE:') ? ':' : '';
  const taken = new Set(position.args);
  const all = (await services(position, terminal)).filter((name) => !taken.has(name));
  const files = ending === ':' && !current.includes(':') ? 'any' : 'none';
  return { candidates: all.map((name) => ({ value: name + ending })), files };
}
