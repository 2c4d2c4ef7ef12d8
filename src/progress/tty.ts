import type { ExecutionEvent, NoticeEvent } from '../execute/events.ts';
import type { OpenProgress, ProgressTerminal } from './choose.ts';
import { headLine, noPaint, type Paint, screenLines } from './screen.ts';
import { nothingYet, type Progress, progress } from './state.ts';

const tick = 100;
/** What the library keeps for itself: mark and indentation at the left, head line and a free line below. */
const margin = { columns: 5, rows: 2 };

/**
 * Progress on a terminal: one task of listr2 whose text is our picture, so that the library draws and never
 * runs our work.
 */
export async function ttyProgress(
  stream: ProgressTerminal['stderr'],
  command: string,
  colour: boolean,
): Promise<OpenProgress> {
  const [{ Listr, ListrLogger, ProcessOutput }, { Chalk }] = await Promise.all([
    import('listr2'),
    import('chalk'),
  ]);
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  const paint: Paint = colour
    ? { good: chalk.green, bad: chalk.red, busy: chalk.cyan, warn: chalk.yellow, dim: chalk.dim }
    : noPaint;
  const output = stream as NodeJS.WriteStream;
  let state: Progress = nothingYet;
  let finish = () => {};
  let closed = false;
  const title = (lines: number): string => {
    const size = { columns: (stream.columns ?? 80) - margin.columns, rows: lines };
    return [headLine(state, command), ...screenLines(state, size, Date.now(), paint)].join('\n');
  };
  const list = new Listr(
    [
      {
        title: command,
        task: (_, task) =>
          new Promise<void>((resolve, reject) => {
            const draw = () => {
              task.title = title(Math.max(1, (stream.rows ?? 24) - margin.rows));
            };
            const timer = setInterval(draw, tick);
            draw();
            finish = () => {
              clearInterval(timer);
              task.title = title(Number.POSITIVE_INFINITY);
              const failed = [...state.rows.values()].some((row) => row.status === 'Error');
              if (failed) reject(new Error(task.title));
              else resolve();
            };
          }),
      },
    ],
    {
      renderer: 'default',
      fallbackRenderer: 'default',
      registerSignalListeners: false,
      exitOnError: false,
      rendererOptions: {
        formatOutput: 'truncate',
        logger: new ListrLogger({ useIcons: true, processOutput: new ProcessOutput(output, output) }),
      },
    },
  );
  let running: Promise<unknown> | undefined;
  return {
    emit: (event: ExecutionEvent) => {
      if (closed) return;
      state = progress(state, event);
      if (event.type === 'resource') running ??= list.run();
    },
    close: async () => {
      if (closed) return;
      closed = true;
      finish();
      await running;
      for (const notice of state.notices) stream.write(`${noticeText(notice, paint)}\n`);
    },
  };
}

function noticeText({ level, message, hint }: NoticeEvent, paint: Paint): string {
  const colour = { info: paint.dim, warning: paint.warn, error: paint.bad }[level];
  return `${colour(level)}: ${message}${hint === undefined ? '' : `\n  ${paint.dim(`hint: ${hint}`)}`}`;
}
