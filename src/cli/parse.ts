import { UserError } from '../diagnostic/errors.ts';
import type { Option, Options } from './command.ts';

export type RawValue = string | boolean | number | readonly string[];
export interface Parsed {
  readonly values: Readonly<Record<string, RawValue>>;
  /** Arguments that are not options, in order. */
  readonly args: readonly string[];
}

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

function convert(name: string, option: Option, text: string): string | boolean | number {
  const refuse = (): UserError =>
    new UserError('usage', `invalid argument ${JSON.stringify(text)} for "--${name}" flag`, {
      hint: option.type === 'boolean' ? 'true or false' : 'a whole number',
    });
  if (option.type === 'boolean') {
    if (TRUE.has(text)) return true;
    if (FALSE.has(text)) return false;
    throw refuse();
  }
  if (option.type === 'number') {
    if (!/^[+-]?\d+$/.test(text)) throw refuse();
    return Number(text);
  }
  return text;
}

/**
 * Reads flags as pflag does: `--flag=value`, `--flag value`, `-xyz`, `-fVALUE`, `-f=VALUE`, `--`.
 * With `interspersed` false, flags end at the first argument (exec, run, and before the command's name).
 * Throws UserError for an unknown flag, a missing value or one of the wrong type.
 */
export function parseFlags(options: Options, argv: readonly string[], interspersed = true): Parsed {
  const values: Record<string, RawValue> = {};
  const lists = new Map<string, string[]>();
  const args: string[] = [];
  const shorts = new Map<string, string>();
  const spellings = new Map<string, string>();
  for (const [name, option] of Object.entries(options)) {
    for (const other of option.aliases ?? []) spellings.set(other, name);
    if (option.short !== undefined) shorts.set(option.short, name);
    if (option.type === 'strings') {
      const list: string[] = [];
      lists.set(name, list);
      values[name] = list;
    } else if (option.default !== undefined) {
      values[name] =
        typeof option.default === 'string' ? convert(name, option, option.default) : option.default;
    }
  }
  const set = (name: string, option: Option, text: string): void => {
    const list = lists.get(name);
    if (list) list.push(text);
    else values[name] = convert(name, option, text);
  };
  const bare = (option: Option): string | undefined =>
    option.type === 'boolean' ? 'true' : option.type === 'optional-string' ? '' : undefined;

  let at = 0;
  const next = (flag: string): string => {
    const value = argv[at];
    if (value === undefined) throw new UserError('usage', `flag needs an argument: ${flag}`);
    at += 1;
    return value;
  };
  while (at < argv.length) {
    const word = argv[at] ?? '';
    at += 1;
    if (word === '--') {
      args.push(...argv.slice(at));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      args.push(word);
      if (!interspersed) {
        args.push(...argv.slice(at));
        break;
      }
      continue;
    }
    if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      const written = word.slice(2, equals < 0 ? undefined : equals);
      const name = spellings.get(written) ?? written;
      const option = Object.hasOwn(options, name) ? options[name] : undefined;
      if (!option) throw new UserError('usage', `unknown flag: --${name}`);
      set(name, option, equals >= 0 ? word.slice(equals + 1) : (bare(option) ?? next(`--${name}`)));
      continue;
    }
    for (let i = 1; i < word.length; i += 1) {
      const letter = word[i] ?? '';
      const name = shorts.get(letter);
      const option = name === undefined ? undefined : options[name];
      if (name === undefined || !option) {
        throw new UserError('usage', `unknown shorthand flag: '${letter}' in ${word}`);
      }
      const rest = word.slice(i + 1);
      const plain = bare(option);
      if (rest.startsWith('=')) set(name, option, rest.slice(1));
      else if (plain !== undefined) {
        set(name, option, plain);
        continue;
      } else set(name, option, rest === '' ? next(`'${letter}' in ${word}`) : rest);
      break;
    }
  }
  return { values, args };
}
