import type { Engine } from '../../engine/engine.ts';
import { label } from '../../model/labels.ts';
import { eventJson, eventText } from '../../output/events.ts';
import type { Target } from '../../pipeline.ts';
import { defineCommand } from '../command.ts';
import { ofServices, projectContainers } from '../containers.ts';
import { engineTime } from '../logs/since.ts';
import { onTarget } from '../session.ts';

/** `events`: what happens to the project's containers. */
export const events = defineCommand({
  name: 'events',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Print what happens to containers, as it happens',
  options: {
    json: { type: 'boolean', summary: 'A line of JSON for each event' },
    since: {
      type: 'string',
      summary: 'Events before now too, from this time on: a date, or a span such as 10m',
    },
    until: { type: 'string', summary: 'End at this time: a date, or a span such as 10m' },
  },
  examples: [
    ['tscompose events --json', 'prints a line of JSON for each event until Ctrl-C'],
    ['tscompose events --since 10m --until 0s web', 'prints what happened to a service lately'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const now = Date.now();
    // An end alone asks for all that the engine still knows of up to then.
    const since = options.since ?? (options.until === undefined ? undefined : '0');
    const window = {
      ...(since !== undefined && { since: engineTime(since, now) }),
      ...(options.until !== undefined && { until: engineTime(options.until, now) }),
    };
    return onTarget(context, async (engine, target) => {
      const { name } = target;
      await checkServices(engine, target, args);
      const filter = { types: ['container'], labels: [`${label.project}=${name}`], ...window } as const;
      for await (const event of await engine.events(filter, context.signal)) {
        const { [label.project]: project, [label.service]: service = '' } = event.attributes;
        if (project !== name || (args.length > 0 && !args.includes(service))) continue;
        context.terminal.stdout.write(options.json ? eventJson(event) : eventText(event));
      }
      return 0;
    });
  },
});

/** @throws UserError for a service that nobody knows */
async function checkServices(engine: Engine, target: Target, services: readonly string[]): Promise<void> {
  if (services.length === 0) return;
  ofServices(target, await projectContainers(engine, target.name, { all: true, oneOff: true }), services);
}
