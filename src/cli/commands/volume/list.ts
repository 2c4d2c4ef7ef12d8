import type { Engine } from '../../../engine/engine.ts';
import { observeSnapshots } from '../../../observe/collect.ts';
import { formatRows } from '../../../output/rows.ts';
import { snapshotFields, snapshotFormat } from '../../../output/snapshots.ts';
import { defineCommand } from '../../command.ts';
import { onTarget, withEngine } from '../../session.ts';
import { dropExpired } from '../../volume/expired.ts';

/** `volume list`: the snapshots that the engine keeps. */
export const volumeList = defineCommand({
  name: 'volume list',
  usage: '[OPTIONS]',
  summary: 'List the snapshots of volumes',
  options: {
    all: { short: 'a', type: 'boolean', summary: 'Those of all projects on the engine' },
    format: {
      type: 'string',
      default: 'table',
      summary: "table, json, or a Go template such as '{{.ID}} {{.Volume}}'",
    },
    quiet: { short: 'q', type: 'boolean', summary: 'Print ids only' },
  },
  args: { max: 0 },
  examples: [
    ['tscompose volume list', "lists the snapshots of the project's volumes"],
    ['tscompose volume list --all --format json', 'lists those of all projects, for programs'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const list = async (engine: Engine, project?: string): Promise<number> => {
      await dropExpired(engine);
      const found = await observeSnapshots(engine, project);
      const exact = options.format === 'json';
      const rows = found.map((one) => snapshotFields(one, Date.now(), exact));
      const text = options.quiet
        ? rows.map((row) => `${String(row['ID'])}\n`).join('')
        : formatRows(options.format ?? '', rows, snapshotFormat);
      context.terminal.stdout.write(text);
      return 0;
    };
    if (options.all) return withEngine(context, (engine) => list(engine));
    return onTarget(context, (engine, { name }) => list(engine, name));
  },
});
