import { UserError } from '../diagnostic/errors.ts';
import type { Command, Options } from './command.ts';
import { type Parsed, parseFlags, type RawValue } from './parse.ts';
import { bareGlobal, optionsOf } from './resolve.ts';

export type Values = Readonly<Record<string, RawValue>>;

/**
 * Reads the words after a command's name.
 * @throws UserError with the option that is meant
 */
export async function parseFor(command: Command, words: readonly string[]): Promise<Parsed> {
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

/** Values of these options, and those of options that all commands have. */
export function divide(options: Options, values: Values): { own: Values; global: Values } {
  const own = Object.entries(values).filter(([name]) => name in options);
  const others = Object.entries(values).filter(([name]) => !(name in options) && name !== 'help');
  return { own: Object.fromEntries(own), global: Object.fromEntries(others) };
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

/** What was given before the command's name and after it, in that order; lists are there even if empty. */
export function joined(parts: readonly Values[]): Values {
  const values = parts.map(given).reduce(join, {});
  const lists = Object.entries(bareGlobal).filter(([, { type }]) => type === 'strings');
  return { ...Object.fromEntries(lists.map(([name]) => [name, []])), ...values };
}

/** @throws UserError for a value that is none of an option's choices */
export function checkChoices(options: Options, values: Values): void {
  for (const [name, { choices }] of Object.entries(options)) {
    const value = values[name];
    if (choices === undefined || typeof value !== 'string' || value === '' || choices.includes(value))
      continue;
    throw new UserError('usage', `invalid value for --${name}: ${JSON.stringify(value)}`, {
      hint: `one of ${choices.join(', ')}`,
    });
  }
}

/** @throws UserError for too few or too many arguments */
export function checkCount({ name, usage, args = {} }: Command, count: number): void {
  const { min = 0, max = Number.POSITIVE_INFINITY } = args;
  if (count >= min && count <= max) return;
  const what =
    count < min
      ? `requires at least ${min} arg(s), only received ${count}`
      : `accepts ${max === 0 ? 'no' : `at most ${max}`} arg(s), received ${count}`;
  throw new UserError('usage', `"${name}" ${what}`, { hint: `usage: tscompose ${name} ${usage}` });
}
