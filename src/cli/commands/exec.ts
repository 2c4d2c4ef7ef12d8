import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { defineCommand } from '../command.ts';
import { runningContainer } from '../containers.ts';
import { configuredDetachKeys } from '../dockerConfig.ts';
import { hasTerminal, joinStreams } from '../process/join.ts';
import { onTarget } from '../session.ts';
import { index } from './options.ts';

/** `exec`: runs a command in a running container. */
export const exec = defineCommand({
  name: 'exec',
  usage: '[OPTIONS] SERVICE COMMAND [ARGS...]',
  summary: 'Run a command in a running container',
  options: {
    detach: { short: 'd', type: 'boolean', summary: "Don't wait for the command" },
    env: { short: 'e', type: 'strings', summary: 'Set a variable: NAME=VALUE, or NAME for its value here' },
    index,
    interactive: { short: 'i', type: 'boolean', default: true, hidden: true, summary: 'Pass input on' },
    'no-tty': { short: 'T', type: 'boolean', aliases: ['no-TTY'], summary: 'Without a terminal' },
    privileged: { type: 'boolean', summary: 'With all rights' },
    tty: { short: 't', type: 'boolean', default: true, hidden: true, summary: 'With a terminal' },
    user: { short: 'u', type: 'string', summary: 'As this user: name or number, with :group' },
    workdir: { short: 'w', type: 'string', summary: 'In this folder' },
  },
  args: { min: 2 },
  flagsEnd: true,
  examples: [
    ['tscompose exec web sh', 'opens a shell'],
    ['tscompose exec -T db pg_dump shop > shop.sql', 'takes the output of a program'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { terminal } = context;
    if (context.global['dry-run']) throw new UserError('usage', 'exec can not be tried out with --dry-run');
    const [service = '', ...command] = args;
    return onTarget(context, async (engine, { name }) => {
      const container = await runningContainer(engine, name, service, options.index);
      const tty = options['no-tty'] !== true && options.tty !== false && hasTerminal(terminal);
      const stdin = options.interactive !== false && options.detach !== true;
      const detachKeys = configuredDetachKeys(terminal, undefined);
      const id = await engine.createExec(container.id, {
        ...{ command, tty, stdin, env: options.env.map((entry) => withValue(entry, terminal.environment)) },
        ...(options.user !== undefined && { user: options.user }),
        ...(options.workdir !== undefined && { workingDir: options.workdir }),
        ...(options.privileged && { privileged: true }),
        ...(detachKeys !== undefined && { detachKeys }),
      });
      if (options.detach) {
        await engine.startExec(id, { tty, stdin: false, detach: true });
        return 0;
      }
      const attachment = await engine.startExec(id, { tty, stdin });
      const how = await joinStreams(terminal, attachment, {
        ...{ tty, resize: (size) => engine.resizeExec(id, size) },
        detachKeys,
      });
      return how === 'detached' ? 0 : await codeOf(engine, id);
    });
  },
});

/** `NAME` alone takes the value that it has here. */
function withValue(entry: string, environment: Readonly<Record<string, string>>): string {
  if (entry.includes('=')) return entry;
  const value = environment[entry];
  return value === undefined ? entry : `${entry}=${value}`;
}

/** The engine closes the connection a moment before it tells the end. Still running then: its own keys detached us. */
async function codeOf(engine: Engine, id: string): Promise<number> {
  for (let look = 0; look < 20; look++) {
    const { running, exitCode } = await engine.inspectExec(id);
    if (exitCode !== undefined) return exitCode;
    if (!running) return 1;
    await sleep(50);
  }
  return 0;
}
