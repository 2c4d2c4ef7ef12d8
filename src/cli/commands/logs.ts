import { UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ReadOptions } from '../../logs/container.ts';
import { LogFollower } from '../../logs/follower.ts';
import type { LogSource } from '../../logs/line.ts';
import { defineCommand } from '../command.ts';
import { logSource, ofServices, projectContainers } from '../containers.ts';
import { followAll, printAll, type Unreadable, type Wanted } from '../logs/all.ts';
import { grepOf, lookOf, tailOf, wantedLevel } from '../logs/options.ts';
import { engineTime } from '../logs/since.ts';
import { openLogView } from '../logs/view.ts';
import { withHint } from '../report.ts';
import { onTarget } from '../session.ts';

/** `logs`: what containers have written. */
export const logs = defineCommand({
  name: 'logs',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Print the logs of services',
  options: {
    follow: { short: 'f', type: 'boolean', summary: 'Go on printing what comes' },
    grep: {
      type: 'string',
      placeholder: 'pattern',
      summary: 'Only lines that match; small letters match capitals too',
    },
    index: { type: 'number', summary: 'Number of the container, if the service has several' },
    json: { type: 'boolean', summary: 'A line of JSON for each line' },
    level: {
      type: 'string',
      placeholder: 'level',
      summary: 'Only lines of this level and above: trace, debug, info, warn, error or fatal',
    },
    'no-color': { type: 'boolean', summary: 'No colours' },
    'no-log-prefix': { type: 'boolean', summary: "Don't print the container's name before each line" },
    previous: { type: 'boolean', summary: 'What containers wrote before they were last started' },
    since: { type: 'string', summary: 'Only what is newer: a date, or a span such as 10m' },
    tail: { short: 'n', type: 'string', default: 'all', summary: 'Number of lines from the end of each log' },
    timestamps: { short: 't', type: 'boolean', summary: 'Print when each line was written' },
    until: { type: 'string', summary: 'Only what is older: a date, or a span such as 10m' },
  },
  examples: [
    ['tscompose logs -f web', 'follows the logs of one service'],
    ['tscompose logs --since 10m --level warn', 'prints warnings and errors of the last ten minutes'],
    ['tscompose logs --previous db', 'prints what the service wrote before it was started again'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const now = Date.now();
    const read: ReadOptions = {
      tail: tailOf(options.tail),
      ...(options.since !== undefined && { since: engineTime(options.since, now) }),
      ...(options.until !== undefined && { until: engineTime(options.until, now) }),
    };
    if (options.index && args.length !== 1) {
      throw new UserError('usage', '--index requires one service', { hint: 'tscompose logs --index 2 web' });
    }
    if (options.previous && (options.follow || options.since !== undefined || options.until !== undefined)) {
      throw new UserError('usage', '--previous can not be combined with --follow, --since or --until');
    }
    const view = openLogView(context.terminal, {
      ...lookOf(context, options),
      ...{ grep: grepOf(options.grep), level: wantedLevel(options.level), json: options.json === true },
    });
    return onTarget(context, async (engine, target) => {
      const unreadable: Unreadable = ({ name }, { message }) => {
        const hint = 'attached, `tscompose up` shows what it prints; another logging driver would keep it';
        const text = withHint({ message: `warning: the logs of ${name} can't be read: ${message}`, hint });
        context.terminal.stderr.write(text);
      };
      const isNumber = (source: LogSource) => !options.index || source.replica === options.index;
      const list = async (): Promise<LogSource[]> => {
        const all = await projectContainers(engine, target.name, { all: true, oneOff: false });
        return ofServices(target, all, args)
          .map((one) => logSource(one, target.name))
          .filter(isNumber);
      };
      // What is asked for may all be there already.
      const over = read.until !== undefined && Number(read.until) * 1000 <= now;
      if (options.follow && !over) {
        const stop = stopAt(read.until, now, context.signal);
        const isWanted = (source: LogSource) =>
          isNumber(source) && (args.length === 0 || args.includes(source.service));
        await followAll(engine, view, {
          project: target.name,
          read,
          signal: stop,
          list,
          isWanted,
          unreadable,
        });
        return 0;
      }
      const sources = await list();
      if (options.index && sources.length === 0) {
        throw new UserError('no-such-container', `service "${args[0]}" has no container #${options.index}`);
      }
      for (const { name } of sources) view.register(name);
      const wanted = options.previous
        ? await ofPreviousRuns(engine, sources, read, now)
        : sources.map((source) => ({ source, options: read }));
      const follower = new LogFollower(engine, { signal: context.signal, write: view.write, unreadable });
      await printAll(follower, wanted, view, true, unreadable);
      return 0;
    });
  },
});

/** The signal, or one that is aborted at a time before. @param until seconds since 1970 */
function stopAt(until: string | undefined, now: number, signal: AbortSignal): AbortSignal {
  if (until === undefined) return signal;
  const left = Number(until) * 1000 - now;
  return AbortSignal.any([signal, AbortSignal.timeout(Math.min(left, 2 ** 31 - 1))]);
}

/** @throws UserError if none of the containers had an earlier run */
async function ofPreviousRuns(
  engine: Engine,
  sources: readonly LogSource[],
  read: ReadOptions,
  now: number,
): Promise<readonly Wanted[]> {
  const { previousRun } = await import('../logs/previous.ts');
  const found = await Promise.all(
    sources.map(async (source): Promise<readonly Wanted[]> => {
      const window = await previousRun(engine, source.id, now / 1000);
      return window === undefined ? [] : [{ source, options: { ...read, ...window } }];
    }),
  );
  const wanted = found.flat();
  if (wanted.length > 0 || sources.length === 0) return wanted;
  const names = sources.map(({ name }) => name).join(', ');
  throw new UserError('no-previous-run', `no earlier run of ${names}`, {
    hint: 'a container that was made anew has a new log',
  });
}
