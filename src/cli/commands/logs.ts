import { UserError } from '../../diagnostic/errors.ts';
import type { ContainerSummary, Engine, LogOptions } from '../../engine/engine.ts';
import { label } from '../../model/labels.ts';
import { deferred } from '../../util/deferred.ts';
import { defineCommand } from '../command.ts';
import { numberOf, ofServices, projectContainers, serviceOf, shortName } from '../containers.ts';
import { followToEnd, sinceLastEnd, stateOf } from '../logs/follow.ts';
import { LogPrinter } from '../logs/printer.ts';
import { engineTime } from '../logs/since.ts';
import { printLog } from '../logs/stream.ts';
import { wantsColor } from '../problems.ts';
import { openTarget, withTarget } from '../session.ts';

/** `logs`: what containers have written. */
export const logs = defineCommand({
  name: 'logs',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Print the logs of services',
  options: {
    follow: { short: 'f', type: 'boolean', summary: 'Go on printing what comes' },
    index: { type: 'number', summary: 'Number of the container, if the service has several' },
    'no-color': { type: 'boolean', summary: 'No colours' },
    'no-log-prefix': { type: 'boolean', summary: "Don't print the container's name before each line" },
    since: { type: 'string', summary: 'Only what is newer: a date, or a span such as 10m' },
    tail: { short: 'n', type: 'string', default: 'all', summary: 'Number of lines from the end of each log' },
    timestamps: { short: 't', type: 'boolean', summary: 'Print when each line was written' },
    until: { type: 'string', summary: 'Only what is older: a date, or a span such as 10m' },
  },
  examples: [
    ['tscompose logs -f web', 'follows the logs of one service'],
    ['tscompose logs --since 10m --timestamps', 'prints the last ten minutes'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const now = Date.now();
    const wanted: LogOptions = {
      tail: tailOf(options.tail),
      ...(options.timestamps && { timestamps: true }),
      ...(options.since !== undefined && { since: engineTime(options.since, now) }),
      ...(options.until !== undefined && { until: engineTime(options.until, now) }),
    };
    const { terminal, global, signal } = context;
    const { stdout } = terminal;
    const printer = new LogPrinter({
      prefix: options['no-log-prefix'] !== true,
      color:
        options['no-color'] !== true &&
        wantsColor(global.ansi ?? 'auto', stdout.isTTY === true, terminal.environment),
      write: (_, text) => stdout.write(text),
    });
    return withTarget(
      context,
      () => openTarget(context, { allResources: true }),
      async (engine, target) => {
        const all = await projectContainers(engine, target.name, { all: true, oneOff: false });
        const chosen = ofServices(target, all, args).filter(
          (c) => !options.index || numberOf(c) === options.index,
        );
        const source = (c: ContainerSummary) => ({ id: c.id, name: shortName(c, target.name) });
        for (const container of chosen) printer.register(source(container).name);
        if (!options.follow) {
          for (const container of chosen) await printLog(engine, source(container), printer, wanted);
          return 0;
        }
        await followAll(engine, target.name, (c) => args.length === 0 || args.includes(serviceOf(c)), {
          first: chosen,
          follow: async (c, again) => {
            const state = again ? await stateOf(engine, c.id) : undefined;
            const from = state === undefined ? wanted : { ...wanted, ...sinceLastEnd(state) };
            await followToEnd(engine, source(c), printer, { ...from, signal });
          },
          signal,
        });
        return 0;
      },
    );
  },
});

function tailOf(text: string | undefined): number | 'all' {
  if (text === undefined || text === 'all') return 'all';
  if (/^\d+$/.test(text)) return Number(text);
  throw new UserError('usage', `invalid value for --tail: ${JSON.stringify(text)}`, {
    hint: 'a number or all',
  });
}

/** Follows containers, those too that start later, without end. */
async function followAll(
  engine: Engine,
  project: string,
  wanted: (container: ContainerSummary) => boolean,
  work: {
    readonly first: readonly ContainerSummary[];
    readonly follow: (container: ContainerSummary, again: boolean) => Promise<void>;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const active = new Set<string>();
  const failed = deferred<never>();
  const begin = (container: ContainerSummary, again = false): void => {
    if (active.has(container.id)) return;
    active.add(container.id);
    work
      .follow(container, again)
      .finally(() => active.delete(container.id))
      .catch(failed.reject);
  };
  const mine = `${label.project}=${project}`;
  const events = await engine.events({ types: ['container'], labels: [mine] }, work.signal);
  for (const container of work.first) begin(container);
  const watching = (async () => {
    for await (const event of events) {
      if (event.action !== 'start' || event.attributes[label.project] !== project) continue;
      const containers = await projectContainers(engine, project, { all: true, oneOff: false });
      const started = containers.find((c) => c.id === event.id && wanted(c));
      if (started !== undefined) begin(started, true);
    }
  })();
  await Promise.race([watching, failed.promise]);
}
