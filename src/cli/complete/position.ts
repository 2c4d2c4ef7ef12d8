import type { Command, Option, Options } from '../command.ts';
import type { CommandEntry, CommandGroup } from '../commands.ts';
import { bareGlobal, help, isGroup, member, optionsOf, program } from '../resolve.ts';

/** Where on a command line the word that is to be completed stands. */
export interface Position {
  /** Undefined as long as a command's name is still missing. */
  readonly command: Command | undefined;
  readonly group: CommandGroup | undefined;
  /** Options that may stand here. */
  readonly options: Options;
  /** The option whose value the word is. */
  readonly awaiting: Option | undefined;
  /** Options can't follow any more: `--`, or another program's words. */
  readonly closed: boolean;
  /** Arguments before the word. */
  readonly args: readonly string[];
  /** Values of options so far, by name. */
  readonly given: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads the words before the one that is to be completed. Unknown ones are passed over: the user may be wrong, and
 * wants help all the same.
 */
export async function positionOf(words: readonly string[]): Promise<Position> {
  let entry: CommandEntry | CommandGroup = program;
  let options: Options = { ...bareGlobal, ...help };
  let command: Command | undefined;
  let waiting: string | undefined;
  let closed = false;
  const args: string[] = [];
  const given = new Map<string, string[]>();
  const take = (name: string, value: string) => given.set(name, [...(given.get(name) ?? []), value]);
  for (const word of words) {
    if (waiting !== undefined) {
      take(waiting, word);
      waiting = undefined;
    } else if (!closed && word === '--') closed = true;
    else if (!closed && word.startsWith('-') && word.length > 1) {
      const { name, value } = flagOf(word, options);
      if (name === undefined) continue;
      if (value !== undefined) take(name, value);
      else if (takesValue(options[name])) waiting = name;
      else take(name, 'true');
    } else if (command === undefined && isGroup(entry)) {
      const found = member(entry, word);
      if (found === undefined) continue;
      entry = found.entry;
      if (isGroup(entry)) continue;
      command = await entry.load();
      options = optionsOf(command);
    } else {
      args.push(word);
      if (command?.flagsEnd) closed = true;
    }
  }
  const awaiting = waiting === undefined ? undefined : options[waiting];
  return { command, group: isGroup(entry) ? entry : undefined, options, awaiting, closed, args, given };
}

/** The option of a word, and the value in the same word. Of several letters the last one counts. */
export function flagOf(word: string, options: Options): { name?: string | undefined; value?: string } {
  if (word.startsWith('--')) {
    const [written = '', ...rest] = word.slice(2).split('=');
    const name = Object.hasOwn(options, written)
      ? written
      : Object.keys(options).find((other) => options[other]?.aliases?.includes(written));
    return rest.length === 0 ? { name } : { name, value: rest.join('=') };
  }
  for (let i = 1; i < word.length; i += 1) {
    const name = Object.keys(options).find((other) => options[other]?.short === word[i]);
    const rest = word.slice(i + 1);
    if (name === undefined) return {};
    if (!takesValue(options[name])) {
      if (rest === '') return { name };
      continue;
    }
    return rest === '' ? { name } : { name, value: rest.replace(/^=/, '') };
  }
  return {};
}

function takesValue(option: Option | undefined): boolean {
  return option !== undefined && option.type !== 'boolean' && option.type !== 'optional-string';
}
