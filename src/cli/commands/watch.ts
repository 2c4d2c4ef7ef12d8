import { defineCommand } from '../command.ts';
import { watchUnsupported } from '../up/watch.ts';

/** `watch`: its flags; it does not follow files yet. */
export const watch = defineCommand({
  name: 'watch',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Follow source files, and rebuild or update services when they change',
  options: {
    'no-up': { type: 'boolean', summary: "Don't build and start services first" },
    prune: {
      type: 'boolean',
      default: true,
      summary: 'Remove images that a rebuild has left without a name',
    },
    quiet: { type: 'boolean', summary: 'No output of builds' },
  },
  examples: [['tscompose watch web', 'follows the sources of one service']],
  run: () => {
    throw watchUnsupported();
  },
});
