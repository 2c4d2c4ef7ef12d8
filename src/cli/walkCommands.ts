import { type CommandEntry, type CommandGroup, commands } from './commands.ts';
import { isGroup } from './resolve.ts';

export interface Leaf {
  /** `['bridge', 'convert']` */
  readonly path: readonly string[];
  readonly entry: CommandEntry;
}

/** Every command that can be run, those of groups too. */
export function leaves(members: CommandGroup['commands'] = commands, above: readonly string[] = []): Leaf[] {
  return Object.entries(members).flatMap(([name, entry]): Leaf[] => {
    const path = [...above, name];
    return isGroup(entry) ? leaves(entry.commands, path) : [{ path, entry }];
  });
}
