import { formatTable } from '../../output/table.ts';
import { defineCommand } from '../command.ts';
import { numberOf, projectContainers, serviceOf } from '../containers.ts';
import { onTarget } from '../session.ts';

/** `top`: the processes in running containers. */
export const top = defineCommand({
  name: 'top',
  usage: '[SERVICE...]',
  summary: 'List the processes of services',
  options: {},
  examples: [['tscompose top web', 'lists the processes of one service']],
  run: ({ args, ...rest }) => {
    const context = { args, ...rest };
    return onTarget(context, async (engine, { name }) => {
      const all = await projectContainers(engine, name, { all: false, oneOff: false });
      const containers = all.filter((c) => args.length === 0 || args.includes(serviceOf(c)));
      const seen = await Promise.all(containers.map((c) => engine.topContainer(c.id)));
      const titles = [...new Set(seen.flatMap((one) => one.titles))];
      const rows = seen.flatMap((one, i) =>
        one.processes.map((process) => [
          serviceOf(containers[i]!),
          String(numberOf(containers[i]!)),
          ...titles.map((title) => process[one.titles.indexOf(title)] ?? '-'),
        ]),
      );
      if (rows.length > 0)
        context.terminal.stdout.write(formatTable(['SERVICE', '#', ...titles], rows, 4, 2));
      return 0;
    });
  },
});
