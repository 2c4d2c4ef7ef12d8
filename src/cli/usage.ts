import type { Command, Option, Options } from './command.ts';
import { type CommandGroup, commands } from './commands.ts';
import { globalOptions } from './globalOptions.ts';
import { formatOptions } from './help.ts';
import { ownOptions } from './resolve.ts';

/** Help of the program: the commands and the options of all of them. */
export function rootHelp(program = 'tscompose'): string {
  return [
    `Usage: ${program} [OPTIONS] COMMAND\n`,
    'Run groups of services that compose files describe\n',
    `Options:\n${formatOptions(globalOptions)}`,
    `Commands:\n${commandRows(commands)}`,
    `Run '${program} COMMAND --help' for more about a command.\n`,
  ].join('\n');
}

/** One line a command, by name; hidden ones are left out. */
function commandRows(members: CommandGroup['commands']): string {
  const all = Object.entries(members).filter(([, { hidden }]) => hidden !== true);
  const width = Math.max(...all.map(([name]) => name.length)) + 3;
  return all
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}\n`)
    .join('');
}

/** Help of commands that share a first word. */
export function groupHelp(path: readonly string[], group: CommandGroup, program = 'tscompose'): string {
  const name = [program, ...path].join(' ');
  return [
    `Usage: ${name} COMMAND\n`,
    `${group.summary}\n`,
    `Options:\n${formatOptions({ 'dry-run': dryRun })}`,
    `Commands:\n${commandRows(group.commands)}`,
    `Run '${name} COMMAND --help' for more about a command.\n`,
  ].join('\n');
}

/** Help of one command. */
export function commandHelp(command: Command, program = 'tscompose'): string {
  const own: Options = { ...ownOptions(command), 'dry-run': command.options['dry-run'] ?? dryRun };
  const examples = (command.examples ?? []).map(
    ([line, does]) => `  ${line.replace(/^tscompose /, `${program} `)}\n      ${does}\n`,
  );
  return [
    `Usage: ${program} ${command.name} ${command.usage}`.trimEnd().concat('\n'),
    `${command.summary}\n`,
    ...(examples.length > 0 ? [`Examples:\n${examples.join('')}`] : []),
    `Options:\n${formatOptions(own)}`,
    `The options of '${program} --help' are accepted too.\n`,
  ].join('\n');
}

const dryRun: Option = globalOptions['dry-run'];
