import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../diagnostic/errors.ts';
import { defineCommand } from '../command.ts';
import { runningContainer } from '../containers.ts';
import { onTarget } from '../session.ts';
import { telling } from '../telling.ts';
import { index } from './options.ts';

/** `export`: a container's files as a tar. */
export const exportCommand = defineCommand({
  name: 'export',
  usage: '[OPTIONS] SERVICE',
  summary: "Write the files of a service's container as a tar",
  options: {
    index,
    output: {
      short: 'o',
      type: 'string',
      complete: 'file',
      summary: 'Write to this file, not to standard output',
    },
  },
  args: { min: 1, max: 1 },
  examples: [
    ['tscompose export -o web.tar web', 'writes all files of the container to web.tar'],
    ['tscompose export web | tar x -C copy', 'unpacks them at once'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { terminal } = context;
    const [service = ''] = args;
    return onTarget(context, async (engine, { name }) => {
      const container = await runningContainer(engine, name, service, options.index);
      const { output = '' } = options;
      if (output === '' && terminal.stdout.isTTY === true) {
        throw new UserError('usage', 'output option is required when exporting to terminal', {
          hint: 'give --output FILE, or send the output to a program',
        });
      }
      const path = output === '' ? undefined : await writable(resolve(terminal.workingDir, output));
      const work = async () => {
        const tar = await engine.exportContainer(container.id);
        if (path === undefined) await pipeline(tar, terminal.stdout, { end: false });
        else await writeWhole(tar, path);
      };
      const details = path === undefined ? '' : `to ${output}`;
      await telling(context, 'export', [
        { id: container.name, begin: 'Exporting', done: 'Exported', details, work },
      ]);
      return 0;
    });
  },
});

async function writable(path: string): Promise<string> {
  const is = async (what: string) => (await stat(what).catch(() => undefined))?.isDirectory() === true;
  if (!(await is(dirname(path)))) {
    throw new UserError('output', `directory ${JSON.stringify(dirname(path))} does not exist`, {
      hint: `mkdir -p ${dirname(path)}`,
    });
  }
  if (await is(path)) throw new UserError('output', `${path} is a folder`, { hint: 'name a file in it' });
  return path;
}

/** The file gets its name when all is written, so that a broken export is never taken for a whole one. */
async function writeWhole(tar: Readable, path: string): Promise<void> {
  const part = `${path}.part${process.pid}`;
  try {
    await pipeline(tar, createWriteStream(part, { mode: 0o600 }));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
