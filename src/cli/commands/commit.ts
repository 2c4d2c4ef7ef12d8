import { defineCommand } from '../command.ts';
import { runningContainer } from '../containers.ts';
import { onTarget } from '../session.ts';
import { telling } from '../telling.ts';
import { index } from './options.ts';

/** `commit`: an image from what a container has become. */
export const commit = defineCommand({
  name: 'commit',
  usage: '[OPTIONS] SERVICE [REPOSITORY[:TAG]]',
  summary: "Make an image from a service's container",
  options: {
    author: { short: 'a', type: 'string', summary: 'Who made it: "Name <address>"' },
    change: {
      short: 'c',
      type: 'strings',
      placeholder: 'list',
      summary: 'Apply a Dockerfile instruction to the image',
    },
    index,
    message: { short: 'm', type: 'string', summary: 'What the image is for' },
    pause: { short: 'p', type: 'boolean', default: true, summary: 'Pause the container meanwhile' },
  },
  args: { min: 1, max: 2 },
  examples: [
    [
      "tscompose commit -c 'ENV DEBUG=1' web shop-web:debug",
      'keeps the container as it is now, with a variable more',
    ],
    ['tscompose commit --pause=false db', 'makes an image without a name and does not stop the service'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const [service = '', reference] = args;
    return onTarget(context, async (engine, { name }) => {
      const container = await runningContainer(engine, name, service, options.index);
      await telling(context, 'commit', [
        {
          ...{ id: container.name, begin: 'Committing', done: (id: string) => `Committed as ${id}` },
          dry: 'Committed',
          work: () =>
            engine.commitContainer(container.id, {
              ...{ pause: options.pause !== false, changes: options.change },
              ...(reference !== undefined && { reference }),
              ...(options.author !== undefined && { author: options.author }),
              ...(options.message !== undefined && { message: options.message }),
            }),
        },
      ]);
      return 0;
    });
  },
});
