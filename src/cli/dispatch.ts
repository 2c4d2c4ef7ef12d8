import { UserError } from '../diagnostic/errors.ts';
import type { Command, Options } from './command.ts';
import type { CommandGroup } from './commands.ts';
import { parseFlags, type RawValue } from './parse.ts';
import { bareGlobal, isGroup, optionsOf, program, resolveCommand } from './resolve.ts';

export { optionsOf } from './resolve.ts';

type Values = Readonly<Record<string, RawValue>>;

export type Dispatch =
  | { readonly kind: 'help'; readonly command?: Command }
  | { readonly kind: 'group-help'; readonly path: readonly string[]; readonly group: CommandGroup }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly values: Values;
      /** Only what was given. */
      readonly global: Values;
      readonly args: readonly string[];
    };

/**
 * Finds out what a command line asks for. Global options may stand before and after the command; a
 * command's own option of the same name or letter wins.
 * @throws UserError when it makes no sense
 */
export async function dispatch(argv: readonly string[]): Promise<Dispatch> {
  const { path, entry, words, before } = await resolveCommand(argv);
  const asksHelp = before.some((values) => values['help'] === true);
  if (before[0]?.['version'] === true && !(asksHelp && path.length === 0)) return { kind: 'version' };
  if (isGroup(entry))
    return entry === program ? { kind: 'help' } : { kind: 'group-help', path, group: entry };
  const command = await entry.load();
  const parsed = await parseFor(command, words);
  if (parsed.values['help'] === true || asksHelp) return { kind: 'help', command };
  const { own, global } = divide(command, parsed.values);
  checkChoices(command.options, own);
  checkCount(command, parsed.args.length);
  const all = [...before.map(given), global].reduce(join, {});
  return { kind: 'run', command, values: own, global: withLists(all), args: parsed.args };
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
  return { ...before, ...Object.fromEntries(lists) };
}

function withLists(values: Values): Values {
  const lists = Object.entries(bareGlobal).filter(([, { type }]) => type === 'strings');
  return { ...Object.fromEntries(lists.map(([name]) => [name, []])), ...values };
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
