import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerSummary, Engine } from '../../engine/engine.ts';
import { formatRows } from '../../output/rows.ts';
import { statsFields, statsFormat } from '../../output/stats.ts';
import type { Target } from '../../pipeline.ts';
import type { Terminal } from '../command.ts';
import { defineCommand } from '../command.ts';
import { ofServices, projectContainers } from '../containers.ts';
import { configuredFormat } from '../dockerConfig.ts';
import { onTarget } from '../session.ts';
import { Sampler, sampleOnce } from '../stats/sampler.ts';

/** Milliseconds between two pictures. */
const tick = 1000;

/** `stats`: what containers use of the machine, as it goes on. */
export const stats = defineCommand({
  name: 'stats',
  usage: '[OPTIONS] [SERVICE]',
  summary: 'Show what containers use of the machine, live',
  options: {
    all: { short: 'a', type: 'boolean', summary: 'Stopped containers too' },
    format: { type: 'string', summary: "table, json, or a Go template such as '{{.Name}} {{.CPUPerc}}'" },
    'no-stream': { type: 'boolean', summary: 'Print one picture and end' },
    'no-trunc': { type: 'boolean', summary: "Don't shorten ids" },
  },
  args: { max: 1 },
  examples: [
    ['tscompose stats', 'shows all services until Ctrl-C'],
    ["tscompose stats --no-stream --format '{{.Name}} {{.MemUsage}}'", 'prints what memory is used now'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { terminal, signal } = context;
    return onTarget(context, async (engine, target) => {
      const list = () => listed(engine, target, args, options.all === true);
      const show = (containers: readonly ContainerSummary[], sampleOf: Sampler['latest']): string =>
        formatRows(
          options.format ?? configuredFormat(terminal, 'statsFormat'),
          containers.map((c) => statsFields(c, sampleOf(c.id), options['no-trunc'] !== true)),
          statsFormat,
        );
      if (options['no-stream']) {
        const containers = await list();
        const samples = await sampleOnce(engine, containers, signal);
        terminal.stdout.write(show(containers, (id) => samples.get(id)));
        return 0;
      }
      const sampler = new Sampler(engine, signal);
      try {
        for (;;) {
          const containers = await list();
          sampler.watch(containers);
          await sleep(tick, undefined, { signal });
          draw(
            terminal,
            show(containers, (id) => sampler.latest(id)),
          );
        }
      } finally {
        sampler.close();
      }
    });
  },
});

async function listed(
  engine: Engine,
  target: Target,
  services: readonly string[],
  all: boolean,
): Promise<readonly ContainerSummary[]> {
  return ofServices(target, await projectContainers(engine, target.name, { all, oneOff: false }), services);
}

/** On a terminal the picture replaces the one before, line by line, so that nothing flickers. */
function draw({ stdout }: Terminal, text: string): void {
  if (stdout.isTTY !== true) stdout.write(text);
  else stdout.write(`\u001b[H${text.replaceAll('\n', '\u001b[K\n')}\u001b[J`);
}
