import { defineCommand } from '../command.ts';
import { versionLine, versionNumber } from '../version.ts';

/** `version`: text, JSON or the bare number. */
export const version = defineCommand({
  name: 'version',
  usage: '[OPTIONS]',
  summary: 'Print the version',
  options: {
    format: { short: 'f', type: 'string', placeholder: 'string', summary: 'pretty or json' },
    short: { type: 'boolean', summary: 'Print the number only' },
  },
  args: { max: 0 },
  examples: [['tscompose version --short', 'prints the number only']],
  run: async ({ options, terminal }) => {
    const asCompose = terminal.called?.asCompose === true;
    const number = versionNumber(asCompose);
    const tagged = asCompose ? `v${number}` : number;
    if (options.short) terminal.stdout.write(`${number}\n`);
    else if (options.format === 'json') terminal.stdout.write(`${JSON.stringify({ version: tagged })}\n`);
    else terminal.stdout.write(versionLine(asCompose));
    return 0;
  },
});
