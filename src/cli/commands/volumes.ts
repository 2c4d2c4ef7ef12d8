import { label } from '../../model/labels.ts';
import { formatRows } from '../../output/rows.ts';
import { volumeFields, volumeFormat } from '../../output/volumes.ts';
import { defineCommand } from '../command.ts';
import { ofServices, projectContainers } from '../containers.ts';
import { onTarget } from '../session.ts';

/** `volumes`: the volumes of the project. */
export const volumes = defineCommand({
  name: 'volumes',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'List volumes',
  options: {
    format: {
      type: 'string',
      default: 'table',
      summary: "table, json, or a Go template such as '{{.Name}}'",
    },
    quiet: { short: 'q', type: 'boolean', summary: 'Print names only' },
  },
  examples: [
    ['tscompose volumes', "lists the project's volumes"],
    ["tscompose volumes --format '{{.Name}} {{.Driver}}'", 'prints two fields a line'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    return onTarget(context, async (engine, target) => {
      const [listed, containers] = await Promise.all([
        engine.listVolumes({ labels: [`${label.project}=${target.name}`] }),
        args.length === 0 ? [] : projectContainers(engine, target.name, { all: true, oneOff: false }),
      ]);
      const used = new Set(ofServices(target, containers, args).flatMap((c) => c.mounts.map((m) => m.name)));
      const rows = listed
        .filter((v) => v.labels[label.project] === target.name && (args.length === 0 || used.has(v.name)))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const text = options.quiet
        ? rows.map(({ name }) => `${name}\n`).join('')
        : formatRows(options.format ?? '', rows.map(volumeFields), volumeFormat);
      context.terminal.stdout.write(text);
      return 0;
    });
  },
});
