import type { ResourceEvent } from '../../execute/events.ts';
import { jsonLines } from '../../progress/json.ts';
import type { Sent } from '../../watch/sync.ts';
import type { Terminal } from '../command.ts';
import type { LogView } from '../logs/view.ts';
import type { Context } from '../session.ts';
import { lineStream } from './lines.ts';

/** Where a session says what it does. */
export interface WatchOutput {
  readonly log: (text: string) => void;
  readonly problem: (text: string) => void;
  readonly debug: (text: string) => void;
  readonly sent: (service: string, sent: Sent) => void;
  /** For what is executed: progress and the output of builds. */
  readonly context: Context;
  /** What commands in containers print. */
  readonly stream: (text: string, stream: 'stdout' | 'stderr') => void;
}

/** @param view an attached `up` has one; without it, lines go to standard output as they are */
export function watchOutput(context: Context, view?: LogView): WatchOutput {
  const { global, terminal } = context;
  const { stdout, stderr } = terminal;
  const json = global.progress === 'json';
  const toLine = jsonLines();
  const log = (text: string): void => {
    if (view === undefined) stdout.write(`${text}\n`);
    else view.tell(text);
  };
  // Where a line below everything else may have to be taken away first.
  const screen = stdout.isTTY === true && !json ? view : undefined;
  const plainly = (text: string): void => {
    if (screen === undefined) stderr.write(`${text}\n`);
    else screen.say(`${text}\n`);
  };
  const tell = (event: Parameters<typeof toLine>[0]): void => plainly(JSON.stringify(toLine(event)));
  const isDebug = global.debug === true || global['log-level'] === 'debug';
  return {
    log,
    problem: (message) => {
      if (json) tell({ type: 'notice', time: Date.now(), level: 'warning', message });
      else plainly(`warning: ${message}`);
    },
    debug: (text) => {
      if (isDebug) plainly(`debug: ${text}`);
    },
    sent: (service, sent) => {
      if (json) tell(eventOf(service, sent));
    },
    stream: (text, stream) => {
      if (screen !== undefined) screen.say(text);
      else (stream === 'stdout' ? stdout : stderr).write(text);
    },
    context: { ...context, ...changing(context, log, plainly) },
  };
}

function eventOf(service: string, { replica, files, removed, bytes, milliseconds }: Sent): ResourceEvent {
  return {
    type: 'resource',
    ...{ time: Date.now(), id: `Container ${replica.name}`, service, text: 'Synced', operation: 'sync' },
    status: 'Done',
    ...{ files, removed, current: bytes, milliseconds: Math.round(milliseconds) },
  };
}

/** Progress of changes comes line by line: a picture would tear the lines around it. */
function changing(
  { global, terminal }: Context,
  log: (text: string) => void,
  plainly: (text: string) => void,
): Pick<Context, 'global' | 'terminal'> {
  const lines: Terminal = {
    ...{ stdin: terminal.stdin, environment: terminal.environment, workingDir: terminal.workingDir },
    stdout: lineStream(log),
    stderr: lineStream(plainly),
  };
  return { terminal: lines, global: { ...global, progress: calm(global.progress), ansi: 'auto' } };
}

function calm(progress: string | undefined): string {
  return progress === 'json' || progress === 'quiet' || progress === 'none' ? progress : 'plain';
}
