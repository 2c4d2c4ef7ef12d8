import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { stateOf } from '../../logs/runs.ts';
import { defineCommand } from '../command.ts';
import { runningContainer } from '../containers.ts';
import { configuredDetachKeys } from '../dockerConfig.ts';
import { detachBytes } from '../process/detach.ts';
import { forwardSignals } from '../process/forward.ts';
import { joinStreams } from '../process/join.ts';
import { onTarget } from '../session.ts';
import { index } from './options.ts';

/** `attach`: joins this terminal to a service's first process. */
export const attach = defineCommand({
  name: 'attach',
  usage: '[OPTIONS] SERVICE',
  summary: "Attach to a service's running container: its output, its input, signals",
  options: {
    'detach-keys': {
      type: 'string',
      placeholder: 'keys',
      summary: 'Keys that detach from a terminal and leave the container running (ctrl-p,ctrl-q)',
    },
    index,
    'no-stdin': { type: 'boolean', summary: "Don't pass input on" },
    'sig-proxy': { type: 'boolean', default: true, summary: 'Pass signals such as Ctrl-C on to the process' },
  },
  args: { min: 1 },
  graceful: true,
  examples: [
    ['tscompose attach web', 'shows what the process writes from now on; Ctrl-C goes to it'],
    ['tscompose attach --sig-proxy=false web', 'the same, but Ctrl-C only ends the looking'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { terminal, signal } = context;
    if (context.global['dry-run']) throw new UserError('usage', 'attach can not be tried out with --dry-run');
    const detachKeys = configuredDetachKeys(terminal, options['detach-keys']);
    if (detachKeys) detachBytes(detachKeys);
    const [service = ''] = args;
    return onTarget(context, async (engine, { name }) => {
      const { id, state } = await runningContainer(engine, name, service, options.index);
      if (state === 'paused') {
        throw new UserError('not-running', `service ${JSON.stringify(service)} is paused`, {
          hint: `tscompose unpause ${service}`,
        });
      }
      const { body } = await engine.inspectContainer(id);
      const tty = body.Tty === true;
      const stdin = options['no-stdin'] !== true && body.OpenStdin === true;
      const attachment = await engine.attach(id, { stdin, tty, ...(detachKeys && { detachKeys }) });
      const proxy = options['sig-proxy'] !== false;
      const stop = proxy ? forwardSignals(engine, id) : () => undefined;
      if (!proxy) signal.addEventListener('abort', () => attachment.close(), { once: true });
      try {
        const how = await joinStreams(terminal, attachment, {
          ...{ tty: tty && terminal.stdin.isTTY === true, redraw: true, detachKeys },
          resize: (size) => engine.resizeContainer(id, size),
        });
        if (how === 'detached') return 0;
        return !proxy && signal.aborted ? 130 : await codeAfter(engine, id);
      } finally {
        stop();
      }
    });
  },
});

/** The exit code, or 0 if the container goes on: the engine closes the connection a moment before it tells the end. */
async function codeAfter(engine: Engine, id: string): Promise<number> {
  for (let look = 0; look < 10; look++) {
    const state = await stateOf(engine, id);
    if (state === undefined) return 0;
    if (!state.running) return state.exitCode;
    await sleep(100);
  }
  return 0;
}
