import type { Readable } from 'node:stream';
import { UserError } from '../../diagnostic/errors.ts';
import type { ContainerSummary, Engine } from '../../engine/engine.ts';
import { defineCommand } from '../command.ts';
import { byNumber, numberOf, projectContainers, serviceOf } from '../containers.ts';
import { copyFrom, copyTo, withInput } from '../cp/copy.ts';
import { directionOf } from '../cp/ends.ts';
import { onTarget } from '../session.ts';
import { telling } from '../telling.ts';
import { index } from './options.ts';

/** `cp`: files between this machine and containers. */
export const cp = defineCommand({
  name: 'cp',
  usage: '[OPTIONS] SERVICE:SRC_PATH DEST_PATH|- | SRC_PATH|- SERVICE:DEST_PATH',
  summary: 'Copy files between services and this machine',
  options: {
    all: { type: 'boolean', summary: 'Containers of run too' },
    archive: { short: 'a', type: 'boolean', summary: 'Keep user and group numbers' },
    'follow-link': { short: 'L', type: 'boolean', summary: 'Copy what a link leads to' },
    index: {
      ...index,
      summary: 'Number of the container; without it, all of the service (to) or the first (from)',
    },
  },
  args: { min: 2, max: 2 },
  examples: [
    ['tscompose cp web:/var/log/app.log .', "copies a file from the service's first container"],
    ['tscompose cp ./site/. web:/srv', 'copies what a folder holds to all containers of a service'],
    ['tscompose cp web:/data - | tar t', 'writes a tar to standard output'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { terminal } = context;
    const direction = directionOf(args[0] ?? '', args[1] ?? '');
    if (direction.target === '-' && terminal.stdout.isTTY === true) {
      throw new UserError('usage', 'a tar is nothing for a terminal', {
        hint: 'send the output to a file or a program, or name a path in place of -',
      });
    }
    const wish = {
      ...{ source: direction.source, target: direction.target },
      ...{ followLink: options['follow-link'] === true, archive: options.archive === true },
    };
    return onTarget(context, async (engine, { name }) => {
      const service = 'from' in direction ? direction.from : direction.to;
      const which = { index: options.index, oneOff: options.all === true };
      const all = await candidates(engine, name, service, which);
      const containers = 'from' in direction ? all.slice(0, 1) : all;
      const copy = (input: () => Readable) =>
        telling(
          context,
          'cp',
          containers.map((container) => ({
            ...{
              id: container.name,
              begin: 'Copying',
              done: 'Copied',
              details: details(container, direction),
            },
            work: () =>
              'from' in direction
                ? copyFrom(engine, container.id, terminal, wish)
                : copyTo(engine, container.id, terminal, wish, input),
          })),
        );
      const readers = direction.source === '-' ? containers.length : 0;
      await withInput(terminal.stdin, readers, copy);
      return 0;
    });
  },
});

function details({ name }: ContainerSummary, direction: ReturnType<typeof directionOf>): string {
  const { source, target } = direction;
  return 'from' in direction ? `${name}:${source} to ${target}` : `${source} to ${name}:${target}`;
}

/** Containers of a service, stopped ones too, by number. @throws UserError if there is none */
async function candidates(
  engine: Engine,
  project: string,
  service: string,
  { index: number, oneOff }: { readonly index: number | undefined; readonly oneOff: boolean },
): Promise<readonly ContainerSummary[]> {
  const all = await projectContainers(engine, project, { all: true, oneOff: oneOff && !number });
  const found = all
    .filter((c) => serviceOf(c) === service && (!number || numberOf(c) === number))
    .sort(byNumber);
  if (found.length > 0) return found;
  const which = number ? ` with number ${number}` : '';
  throw new UserError('no-container', `no container found for service ${JSON.stringify(service)}${which}`, {
    hint: 'tscompose ps --all lists what there is',
  });
}
