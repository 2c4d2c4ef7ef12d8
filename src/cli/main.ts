import type { Terminal } from './command.ts';
import { dispatch } from './dispatch.ts';
import { settleGlobal } from './global.ts';
import { watchInterrupts } from './signals.ts';

/** Runs one command line (without node and script); returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const { stdin, stdout, stderr, env } = process;
  const environment = Object.fromEntries(
    Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  return await runLine(argv, { stdin, stdout, stderr, environment, workingDir: process.cwd() });
}

/** The same with another outside world. */
export async function runLine(argv: readonly string[], terminal: Terminal): Promise<number> {
  let debug = debugBefore(argv);
  let ansi: string | undefined;
  try {
    const asked = await dispatch(argv);
    if (asked.kind === 'version') {
      const { versionText } = await import('./version.ts');
      terminal.stdout.write(`tscompose version ${versionText()}\n`);
      return 0;
    }
    if (asked.kind === 'help') {
      const { commandHelp, rootHelp } = await import('./usage.ts');
      terminal.stdout.write(asked.command === undefined ? rootHelp() : commandHelp(asked.command));
      return 0;
    }
    if (asked.kind === 'group-help') {
      const { groupHelp } = await import('./usage.ts');
      terminal.stdout.write(groupHelp(asked.path, asked.group));
      return 0;
    }
    const { command, values, args } = asked;
    const global = settleGlobal(asked.global, terminal.environment);
    ansi = global.ansi;
    debug = global.debug === true;
    const interrupts = watchInterrupts(command.graceful === true, (code) => process.exit(code));
    try {
      const { signal, kill } = interrupts;
      return await command.start(values, { global, args, terminal, signal, kill });
    } finally {
      interrupts.close();
    }
  } catch (error) {
    const { describeError } = await import('./report.ts');
    const { text, exit } = describeError(error, { debug, terminal, ansi });
    terminal.stderr.write(text);
    return exit;
  }
}

/** `--debug` among the words before the command: counts for errors of the command line itself. */
function debugBefore(argv: readonly string[]): boolean {
  const end = argv.findIndex((word) => !word.startsWith('-'));
  return argv.slice(0, end < 0 ? undefined : end).some((word) => word === '--debug' || word === '-D');
}
