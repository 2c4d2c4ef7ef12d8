import { calledAs } from './calledAs.ts';
import type { Terminal } from './command.ts';
import { type Dispatch, dispatch } from './dispatch.ts';
import { settleGlobal } from './global.ts';
import type { Planning } from './planning/mode.ts';
import { processTerminal } from './process/terminal.ts';
import { watchInterrupts } from './signals.ts';

type Asked = Extract<Dispatch, { kind: 'run' }>;

/**
 * Runs one command line (without node and script); returns the exit code.
 * @param much called when a command that only reads and prints has much to read
 */
export async function main(argv: readonly string[], much?: () => void): Promise<number> {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const { argv: words, ...called } = calledAs(process.argv[1] ?? '', argv, environment);
  const terminal = processTerminal(called, much);
  const code = await runLine(words, terminal);
  // Nothing is left to be done: taking everything apart piece by piece would take time.
  if (terminal.isDone()) process.exit(code);
  return code;
}

/** The same with another outside world. */
export async function runLine(argv: readonly string[], terminal: Terminal): Promise<number> {
  let debug = debugBefore(argv);
  let ansi: string | undefined;
  let json = false;
  let format: string | undefined = terminal.environment['TSCOMPOSE_DIAGNOSTICS'];
  try {
    if (argv[0] === 'docker-cli-plugin-metadata') {
      const { pluginMetadata } = await import('./pluginMetadata.ts');
      terminal.stdout.write(pluginMetadata());
      return 0;
    }
    if (argv[0] === '__complete' || argv[0] === '__completeNoDesc') {
      const { answerCompletion } = await import('./complete/answer.ts');
      await answerCompletion(argv.slice(1), terminal, argv[0] === '__complete');
      return 0;
    }
    const asked = await dispatch(argv);
    if (asked.kind === 'version') {
      const { versionLine } = await import('./version.ts');
      terminal.stdout.write(versionLine(terminal.called?.asCompose === true));
      return 0;
    }
    if (asked.kind === 'help') {
      const { commandHelp, rootHelp } = await import('./usage.ts');
      const program = terminal.called?.program;
      terminal.stdout.write(
        asked.command === undefined ? rootHelp(program) : commandHelp(asked.command, program),
      );
      return 0;
    }
    if (asked.kind === 'group-help') {
      const { groupHelp } = await import('./usage.ts');
      terminal.stdout.write(groupHelp(asked.path, asked.group, terminal.called?.program));
      return 0;
    }
    const { asked: settled, planning } = await withPlanFile(asked, terminal);
    const { command, values, args, inner } = settled;
    const global = settleGlobal(settled.global, terminal.environment);
    terminal.begins?.(command.name);
    ansi = global.ansi;
    json = global.progress === 'json';
    format = global.diagnostics;
    debug = global.debug === true || global['log-level'] === 'debug';
    for (const [name, { deprecated }] of Object.entries(command.options)) {
      if (deprecated !== undefined && values[name] !== undefined)
        terminal.stderr.write(`Flag --${name} has been deprecated, ${deprecated}\n`);
    }
    const interrupts = watchInterrupts(command.graceful === true, (code) => process.exit(code), {
      pluginSocket: terminal.environment['DOCKER_CLI_PLUGIN_SOCKET'],
    });
    try {
      const { signal, kill } = interrupts;
      return await command.start(values, {
        ...{ global, args, terminal, signal, kill },
        ...(planning !== undefined && { planning }),
        ...(inner !== undefined && { inner }),
      });
    } finally {
      interrupts.close();
    }
  } catch (error) {
    const { describeError } = await import('./report.ts');
    const { text, exit } = describeError(error, { debug, terminal, ansi, format, json });
    terminal.stderr.write(text);
    return exit;
  }
}

/** With `--plan FILE` the command line is the one in the file. */
async function withPlanFile(
  asked: Asked,
  terminal: Terminal,
): Promise<{ asked: Asked; planning?: Planning }> {
  if (asked.planFile === undefined) return { asked };
  const { replay } = await import('./planning/replay.ts');
  return replay(asked, asked.planFile, terminal);
}

/** `--debug` among the words before the command: counts for errors of the command line itself. */
function debugBefore(argv: readonly string[]): boolean {
  const end = argv.findIndex((word) => !word.startsWith('-'));
  return argv.slice(0, end < 0 ? undefined : end).some((word) => word === '--debug' || word === '-D');
}
