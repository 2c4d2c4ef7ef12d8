import { exitCode } from '../../diagnostic/errors.ts';
import { changeLine } from '../../lock/refresh.ts';
import { defineCommand } from '../command.ts';
import { registryWorld } from '../resolver.ts';
import { openEngine, openLoaded } from '../session.ts';
import { newerVersions } from '../update/newer.ts';
import { rollTo } from '../update/roll.ts';
import { prune, timeout } from './options.ts';

/** `update`: moves services to the newest images under the names that the files give. */
export const update = defineCommand({
  name: 'update',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Move services to newer versions of their images',
  options: {
    check: { type: 'boolean', summary: 'Only tell what is newer; exit code 2 if something is' },
    prune,
    timeout,
    'wait-timeout': {
      type: 'number',
      placeholder: 'int',
      summary: 'Longest wait for new containers in seconds',
    },
  },
  graceful: true,
  examples: [
    ['tscompose update --check', 'tells which images have newer versions'],
    ['tscompose update web', 'brings the newest image of web, and back if it does not work'],
  ],
  run: async ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { stdout } = context.terminal;
    // Files from elsewhere move too, unless only some services are meant.
    const found = await openLoaded(context, {}, { renewRemotes: args.length === 0 });
    const engine = await openEngine(context);
    try {
      const newer = await newerVersions(engine, registryWorld(context), found, args);
      for (const one of newer.changes) stdout.write(`${changeLine(one, one.services.join(', '))}\n`);
      if (newer.changes.length === 0) stdout.write('everything is up to date\n');
      if (newer.changes.length === 0 || options.check) {
        return newer.changes.length > 0 ? exitCode.pending : exitCode.done;
      }
      return await rollTo(context, engine, found, newer, {
        prune: options.prune === 'superseded',
        ...(options.timeout !== undefined && { timeout: options.timeout }),
        ...(options['wait-timeout'] !== undefined && { waitTimeoutMs: options['wait-timeout'] * 1000 }),
      });
    } finally {
      engine.close();
    }
  },
});
