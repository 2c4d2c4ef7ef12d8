import type { Command } from './command.ts';
import type { CommandGroup } from './commands.ts';
import type { Inner } from './planning/inner.ts';
import { isGroup, program, resolveCommand } from './resolve.ts';
import { checkChoices, checkCount, divide, joined, parseFor, type Values } from './words.ts';

export { optionsOf } from './resolve.ts';

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
      readonly inner?: Inner;
      /** `--plan`: a file with the plan to execute. */
      readonly planFile?: string;
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
  if (command.wraps) {
    const { dispatchInner } = await import('./planning/dispatch.ts');
    return await dispatchInner(command, words, before);
  }
  const parsed = await parseFor(command, words);
  if (parsed.values['help'] === true || asksHelp) return { kind: 'help', command };
  const { own, global } = divide(command.options, parsed.values);
  checkChoices(command.options, own);
  const { plan: planFile, ...others } = global;
  if (typeof planFile !== 'string') checkCount(command, parsed.args.length);
  return {
    ...{ kind: 'run', command, values: own, global: joined([...before, others]), args: parsed.args },
    ...(typeof planFile === 'string' && { planFile }),
  };
}
