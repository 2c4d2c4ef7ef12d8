import type { Command, Option, Options } from '../command.ts';
import type { CommandGroup } from '../commands.ts';
import { globalOptions } from '../globalOptions.ts';
import { kinds } from '../help.ts';
import { isGroup, ownOptions, program } from '../resolve.ts';

/** A page of the reference, before it is Markdown or a manual page. */
export interface Page {
  /** `['bridge', 'convert']`; empty for the program itself. */
  readonly path: readonly string[];
  readonly summary: string;
  /** What follows the name in a usage line. */
  readonly usage: string;
  readonly options: readonly Row[];
  /** Commands below this one. */
  readonly members: readonly { readonly name: string; readonly summary: string }[];
  readonly aliases: readonly string[];
  readonly examples: readonly (readonly [command: string, does: string])[];
}

export interface Row {
  /** `-f, --file stringArray` */
  readonly flag: string;
  readonly summary: string;
  readonly fallback: string | undefined;
  readonly choices: readonly string[];
}

/** A page for the program, each group and each command that help lists. */
export async function referencePages(): Promise<readonly Page[]> {
  const { summary } = program;
  const root = { path: [], summary, usage: '[OPTIONS] COMMAND', options: rows(globalOptions), aliases: [] };
  return [{ ...root, members: membersOf(program), examples: [] }, ...(await pagesBelow(program, []))];
}

async function pagesBelow(group: CommandGroup, above: readonly string[]): Promise<readonly Page[]> {
  const visible = Object.entries(group.commands).filter(([, { hidden }]) => hidden !== true);
  const pages = await Promise.all(
    visible.sort(byName).map(async ([name, entry]): Promise<readonly Page[]> => {
      const path = [...above, name];
      const { aliases = [] } = entry;
      if (!isGroup(entry)) return [commandPage(path, await entry.load(), aliases)];
      const members = membersOf(entry);
      const page = {
        path,
        summary: entry.summary,
        usage: 'COMMAND',
        options: [],
        members,
        aliases,
        examples: [],
      };
      return [page, ...(await pagesBelow(entry, path))];
    }),
  );
  return pages.flat();
}

function commandPage(path: readonly string[], command: Command, aliases: readonly string[]): Page {
  const { summary, usage, examples = [] } = command;
  return { path, summary, usage, options: rows(ownOptions(command)), members: [], aliases, examples };
}

function membersOf({ commands }: CommandGroup): Page['members'] {
  return Object.entries(commands)
    .filter(([, { hidden }]) => hidden !== true)
    .sort(byName)
    .map(([name, { summary }]) => ({ name, summary }));
}

function rows(options: Options): readonly Row[] {
  return Object.entries<Option>(options)
    .filter(([, { hidden }]) => hidden !== true)
    .sort(byName)
    .map(([name, option]) => {
      const kind = option.placeholder ?? kinds[option.type];
      const short = option.short === undefined ? '' : `-${option.short}, `;
      const { default: value } = option;
      const given = value === undefined || value === false || value === '';
      return {
        flag: `${short}--${name}${kind === '' ? '' : ` ${kind}`}`,
        summary: option.summary,
        fallback: given ? undefined : String(value),
        choices: option.choices ?? [],
      };
    });
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
