import { UserError } from '../diagnostic/errors.ts';
import type { Command, Option, Options } from './command.ts';
import { type CommandEntry, type CommandGroup, commands } from './commands.ts';
import { globalOptions } from './globalOptions.ts';
import { type Parsed, parseFlags } from './parse.ts';

/** A command, a group of commands, or the whole program, and what of the command line is left for it. */
export interface Resolved {
  /** Names from the program down: `['bridge', 'convert']`. */
  readonly path: readonly string[];
  readonly entry: CommandEntry | CommandGroup;
  readonly words: readonly string[];
  /** What stood before the command's own name. */
  readonly before: readonly Parsed['values'][];
}

export const help = {
  help: { short: 'h', type: 'boolean', summary: 'Print this help' },
} as const satisfies Options;

/** Defaults of global options are applied later, after the environment's say. */
export const bareGlobal: Options = Object.fromEntries(
  Object.entries<Option>(globalOptions).map(([name, { default: _, ...option }]) => [name, option]),
);

export const program: CommandGroup = {
  summary: 'Run groups of services that compose files describe',
  commands,
};

export function isGroup(entry: CommandEntry | CommandGroup): entry is CommandGroup {
  return 'commands' in entry;
}

/**
 * Follows the names at the start of a command line down to a command; to a group if no further name follows.
 * @throws UserError for a name that nobody has, and for an unknown option before one
 */
export async function resolveCommand(argv: readonly string[]): Promise<Resolved> {
  let entry: CommandEntry | CommandGroup = program;
  let words = argv;
  const path: string[] = [];
  const before: Parsed['values'][] = [];
  while (isGroup(entry)) {
    const { values, args } = parseFlags({ ...bareGlobal, ...help }, words, false);
    before.push(values);
    const [name, ...rest] = args;
    words = rest;
    if (name === undefined) break;
    if (name === 'help' && path.length === 0) return { ...(await named(rest)), before };
    const found = member(entry, name);
    if (found === undefined) throw await unknownCommand(entry, path, name);
    path.push(found.name);
    entry = found.entry;
  }
  return { path, entry, words, before };
}

/** `help bridge convert`: the names alone, as if `--help` stood after them. */
async function named(names: readonly string[]): Promise<Omit<Resolved, 'before'>> {
  let entry: CommandEntry | CommandGroup = program;
  const path: string[] = [];
  for (const name of names) {
    if (!isGroup(entry)) break;
    const found = member(entry, name);
    if (found === undefined) throw await unknownCommand(entry, path, name);
    path.push(found.name);
    entry = found.entry;
  }
  return { path, entry, words: ['--help'] };
}

/** By name or alias. */
export function member(
  { commands: members }: CommandGroup,
  name: string,
): { name: string; entry: CommandEntry | CommandGroup } | undefined {
  if (Object.hasOwn(members, name)) return { name, entry: members[name]! };
  const alias = Object.entries(members).find(([, entry]) => entry.aliases?.includes(name));
  return alias && { name: alias[0], entry: alias[1] };
}

async function unknownCommand(
  group: CommandGroup,
  path: readonly string[],
  name: string,
): Promise<UserError> {
  const { suggest } = await import('../util/suggest.ts');
  const meant = suggest(name, Object.keys(group.commands));
  const where = ['tscompose', ...path].join(' ');
  return new UserError(
    'usage',
    `unknown docker command: ${JSON.stringify(['compose', ...path, name].join(' '))}`,
    {
      hint: meant === undefined ? `see ${where} --help` : `did you mean ${JSON.stringify(meant)}?`,
    },
  );
}

const planOption = {
  plan: { type: 'string', complete: 'file', summary: 'Execute exactly the plan in this file' },
} as const satisfies Options;

/** A command's own options, and those of all commands like it. */
export function ownOptions(command: Command): Options {
  return command.plans === 'kept' ? { ...command.options, ...planOption } : command.options;
}

/** A command's own options, and those global ones that they don't hide. */
export function optionsOf(command: Command): Options {
  const taken = new Set(Object.values(command.options).map((option) => option.short));
  const inherited = Object.entries({ ...bareGlobal, ...help }).flatMap(
    ([name, option]): [string, Option][] => {
      if (name in command.options || name === 'version') return [];
      const { short, ...rest } = option;
      return [[name, short === undefined || taken.has(short) ? rest : option]];
    },
  );
  return { ...Object.fromEntries(inherited), ...ownOptions(command) };
}
