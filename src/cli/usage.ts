import type { Command, Option, Options } from './command.ts';
import { commands } from './commands.ts';
import { globalOptions } from './globalOptions.ts';
import { formatOptions } from './help.ts';

/** Help of the program: the commands and the options of all of them. */
export function rootHelp(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length)) + 3;
  const rows = Object.entries(commands)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}\n`);
  return [
    'Usage: tscompose [OPTIONS] COMMAND\n',
    'Run groups of services that compose files describe\n',
    `Options:\n${formatOptions(globalOptions)}`,
    `Commands:\n${rows.join('')}`,
    "Run 'tscompose COMMAND --help' for more about a command.\n",
  ].join('\n');
}

/** Help of one command. */
export function commandHelp(command: Command): string {
  const own: Options = { ...command.options, 'dry-run': command.options['dry-run'] ?? dryRun };
  const examples = (command.examples ?? []).map(([line, does]) => `  ${line}\n      ${does}\n`);
  return [
    `Usage: tscompose ${command.name} ${command.usage}`.trimEnd().concat('\n'),
    `${command.summary}\n`,
    ...(examples.length > 0 ? [`Examples:\n${examples.join('')}`] : []),
    `Options:\n${formatOptions(own)}`,
    "The options of 'tscompose --help' are accepted too.\n",
  ].join('\n');
}

const dryRun: Option = globalOptions['dry-run'];
