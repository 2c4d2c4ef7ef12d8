import type { Command, Options } from '../command.ts';
import type { Dispatch } from '../dispatch.ts';
import { isGroup, member, program } from '../resolve.ts';
import { checkChoices, checkCount, divide, joined, parseFor, type Values } from '../words.ts';

/**
 * `plan [COMMAND] …`: words that `plan` does not know itself are those of the command. Without one it is `up`,
 * and the first argument is a service.
 *
 * @param outer the command `plan`
 * @throws UserError when it makes no sense
 */
export async function dispatchInner(
  outer: Command,
  words: readonly string[],
  before: readonly Values[],
): Promise<Dispatch> {
  const up = (await planned('up'))!;
  const widened = (command: Command): Command => ({
    ...command,
    options: { ...command.options, ...outer.options },
    plans: 'shown',
  });
  // The command's own options come after its name, so what stands before is up's or plan's.
  const { args } = await parseFor({ ...widened(up), flagsEnd: true }, words);
  const at = words.length - args.length;
  const named = args[0] !== undefined && words[at - 1] !== '--' ? await planned(args[0]) : undefined;
  const command = named ?? up;
  const rest = named === undefined ? words : words.filter((_, index) => index !== at);
  const parsed = await parseFor(widened(command), rest);
  if (parsed.values['help'] === true || before.some((values) => values['help'] === true)) {
    return { kind: 'help', command: named ?? outer };
  }
  const { own, global } = divide({ ...command.options, ...outer.options }, parsed.values);
  const pick = (options: Options): Values =>
    Object.fromEntries(Object.entries(own).filter(([option]) => option in options));
  const [values, innerValues] = [pick(outer.options), pick(command.options)];
  checkChoices(outer.options, values);
  checkChoices(command.options, innerValues);
  checkCount(command, parsed.args.length);
  return {
    ...{ kind: 'run', command: outer, values, args: parsed.args },
    ...{ global: joined([...before, global]), inner: { command, values: innerValues } },
  };
}

/** The command of that name if it can be planned. */
async function planned(name: string): Promise<Command | undefined> {
  const found = member(program, name);
  if (found === undefined || isGroup(found.entry)) return undefined;
  const command = await found.entry.load();
  return command.plans === undefined ? undefined : command;
}
