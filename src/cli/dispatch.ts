import { UserError } from '../diagnostic/errors.ts';
import type { Command, Option, Options } from './command.ts';
import { type CommandEntry, commands } from './commands.ts';
import { globalOptions } from './globalOptions.ts';
import { parseFlags, type RawValue } from './parse.ts';

type Values = Readonly<Record<string, RawValue>>;

export type Dispatch =
  | { readonly kind: 'help'; readonly command?: Command }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly values: Values;
      /** Only what was given. */
      readonly global: Values;
      readonly args: readonly string[];
    };

const help = { help: { short: 'h', type: 'boolean', summary: 'Print this help' } } as const satisfies Options;
/** Defaults of global options are applied later, after the environment's say. */
const bareGlobal: Options = Object.fromEntries(
  Object.entries<Option>(globalOptions).map(([name, { default: _, ...option }]) => [name, option]),
);

/**
 * Finds out what a command line asks for. Global options may stand before and after the command; a
 * command's own option of the same name or letter wins.
 * @throws UserError when it makes no sense
 */
export async function dispatch(argv: readonly string[]): Promise<Dispatch> {
  const before = parseFlags({ ...bareGlobal, ...help }, argv, false);
  const [name, ...words] = before.args;
  if (before.values['help'] === true && name === undefined) return { kind: 'help' };
  if (before.values['version'] === true) return { kind: 'version' };
  if (name === undefined) return { kind: 'help' };
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    const [target] = words;
    if (name !== 'help') throw await unknownCommand(name);
    if (target === undefined) return { kind: 'help' };
    return { kind: 'help', command: await known(target) };
  }
  const command = await entry.load();
  const parsed = await parseFor(command, words);
  if (parsed.values['help'] === true || before.values['help'] === true) return { kind: 'help', command };
  const { own, global } = divide(command, parsed.values);
  checkChoices(command.options, own);
  checkCount(command, parsed.args.length);
  return { kind: 'run', command, values: own, global: join(given(before.values), global), args: parsed.args };
}

async function known(name: string): Promise<Command> {
  const entry: CommandEntry | undefined = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) throw await unknownCommand(name);
  return await entry.load();
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
  return { ...Object.fromEntries(inherited), ...command.options };
}

async function parseFor(command: Command, words: readonly string[]) {
  const options = optionsOf(command);
  try {
    return parseFlags(options, words, command.flagsEnd !== true);
  } catch (error) {
    const flag = error instanceof UserError ? /^unknown flag: --(.+)$/.exec(error.message)?.[1] : undefined;
    if (flag === undefined) throw error;
    const { suggest } = await import('../util/suggest.ts');
    const meant = suggest(flag, Object.keys(options));
    const hint = meant === undefined ? `see tscompose ${command.name} --help` : `did you mean --${meant}?`;
    throw new UserError('usage', `unknown flag: --${flag}`, { hint });
  }
}

async function unknownCommand(name: string): Promise<UserError> {
  const { suggest } = await import('../util/suggest.ts');
  const meant = suggest(name, Object.keys(commands));
  return new UserError('usage', `unknown command ${JSON.stringify(name)}`, {
    hint: meant === undefined ? 'see tscompose --help' : `did you mean ${JSON.stringify(meant)}?`,
  });
}

function divide(command: Command, values: Values): { own: Values; global: Values } {
  const own = Object.entries(values).filter(([name]) => name in command.options);
  const others = Object.entries(values).filter(([name]) => !(name in command.options) && name !== 'help');
  return { own: Object.fromEntries(own), global: given(Object.fromEntries(others)) };
}

/** Without the empty lists that stand for options which were not given. */
function given(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, v]) => !(Array.isArray(v) && v.length === 0)));
}

function join(before: Values, after: Values): Values {
  const lists = Object.entries(after).map(([name, value]): [string, RawValue] => {
    const first = before[name];
    return [name, Array.isArray(first) && Array.isArray(value) ? [...first, ...value] : value];
  });
  const both: Record<string, RawValue> = { ...before, ...Object.fromEntries(lists) };
  for (const [name, option] of Object.entries(bareGlobal)) if (option.type === 'strings') both[name] ??= [];
  return both;
}

function checkChoices(options: Options, values: Values): void {
  for (const [name, { choices }] of Object.entries(options)) {
    const value = values[name];
    if (choices === undefined || typeof value !== 'string' || value === '' || choices.includes(value))
      continue;
    throw new UserError('usage', `invalid value for --${name}: ${JSON.stringify(value)}`, {
      hint: `one of ${choices.join(', ')}`,
    });
  }
}

function checkCount({ name, usage, args = {} }: Command, count: number): void {
  const { min = 0, max = Number.POSITIVE_INFINITY } = args;
  if (count >= min && count <= max) return;
  const what =
    count < min
      ? `requires at least ${min} arg(s), only received ${count}`
      : `accepts ${max === 0 ? 'no' : `at most ${max}`} arg(s), received ${count}`;
  throw new UserError('usage', `"${name}" ${what}`, { hint: `usage: tscompose ${name} ${usage}` });
}
