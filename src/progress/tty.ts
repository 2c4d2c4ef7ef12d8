import type { ExecutionEvent, NoticeEvent } from '../execute/events.ts';
import { deferred } from '../util/deferred.ts';
import type { OpenProgress, ProgressTerminal } from './choose.ts';
import { headLine, noPaint, type Paint, screenLines } from './screen.ts';
import { nothingYet, type Progress, progress } from './state.ts';
import { oneWord, steadyFrame, withBlanks } from './steady.ts';
import { timelineLines } from './timeline.ts';

const tick = 100;
/** Pieces of output that are kept for the end. */
const keptOutput = 2000;
/** What the library keeps for itself: mark and indentation at the left, head line and a free line below. */
const margin = { columns: 5, rows: 2 };

/**
 * Progress on a terminal: one task of listr2 whose text is our picture, so that the library draws and never
 * runs our work.
 */
export async function ttyProgress(
  stream: ProgressTerminal['stderr'],
  output: OpenProgress['output'],
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
  const screen = stream as NodeJS.WriteStream;
  let state: Progress = nothingYet;
  const over = deferred<void>();
  const ready = deferred<void>();
  /** The library loads its parts while the task runs already, and takes the streams over when it can draw. */
  class Streams extends ProcessOutput {
    override hijack(): void {
      super.hijack();
      ready.resolve();
    }
    override toStdout(text: string, eol?: boolean): boolean {
      return super.toStdout(withBlanks(text), eol);
    }
    /** With the size as it is now, not as it was when the library began. */
    override get stdout(): NodeJS.WriteStream {
      const out = super.stdout;
      const write = (frame: unknown) => out.write(steadyFrame(String(frame)));
      return Object.create(screen, { write: { value: write } });
    }
  }
  let closed = false;
  const said: Parameters<OpenProgress['output']>[] = [];
  const title = (lines: number): string => {
    // The library cuts at the width of standard output, or at 80.
    const columns = Math.min(stream.columns ?? 80, process.stdout.columns ?? 80);
    const size = { columns: columns - margin.columns, rows: lines };
    return oneWord([headLine(state, command), ...screenLines(state, size, Date.now(), paint)].join('\n'));
  };
  const options = {
    formatOutput: 'truncate',
    logger: new ListrLogger({ useIcons: true, processOutput: new Streams(screen, screen) }),
  } as const;
  const list = new Listr(
    [
      {
        title: command,
        task: async (_, task) => {
          const draw = () => {
            task.title = title(Math.max(1, (stream.rows ?? 24) - margin.rows));
          };
          const timer = setInterval(draw, tick);
          draw();
          await Promise.all([over.promise, ready.promise]);
          clearInterval(timer);
          task.title = title(Number.POSITIVE_INFINITY);
          const failed = [...state.rows.values()].some((row) => row.status === 'Error');
          if (failed) throw new Error(task.title);
        },
      },
    ],
    {
      renderer: 'default',
      fallbackRenderer: 'default',
      registerSignalListeners: false,
      exitOnError: false,
      // The library looks at standard output to choose between the two; ours is standard error.
      rendererOptions: options,
      fallbackRendererOptions: options,
    },
  );
  let running: Promise<unknown> | undefined;
  return {
    emit: (event: ExecutionEvent) => {
      if (closed) return;
      state = progress(state, event);
      if (event.type === 'resource') running ??= list.run();
    },
    output: (source, text) => {
      if (closed) return output(source, text);
      said.push([source, text]);
      if (said.length > keptOutput) said.shift();
    },
    close: async () => {
      if (closed) return;
      closed = true;
      over.resolve();
      await running;
      const failed = [...state.rows.values()].some((row) => row.status === 'Error');
      for (const [source, text] of said) if (failed || source.kind === 'hook') output(source, text);
      if (state.timeline !== undefined) stream.write(`${timelineLines(state.timeline).join('\n')}\n`);
      for (const notice of state.notices) stream.write(`${noticeText(notice, paint)}\n`);
    },
  };
}

function noticeText({ level, message, hint }: NoticeEvent, paint: Paint): string {
  const colour = { info: paint.dim, warning: paint.warn, error: paint.bad }[level];
  return `${colour(level)}: ${message}${hint === undefined ? '' : `\n  ${paint.dim(`hint: ${hint}`)}`}`;
}
