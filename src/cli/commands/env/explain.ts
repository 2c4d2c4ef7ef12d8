import { defineCommand } from '../../command.ts';
import { nearName } from '../../problems.ts';
import { readingFiles } from '../../reading.ts';
import { loadRequest } from '../../session.ts';

/** `env explain`: where the variables of the files come from. */
export const envExplain = defineCommand({
  name: 'env explain',
  usage: '[OPTIONS] [NAME]',
  summary:
    'Tell for each variable that the files use where it is looked for, what counts, and where it is used',
  args: { max: 1 },
  options: {
    format: { type: 'string', default: 'text', choices: ['text', 'json'], summary: 'text or json' },
  },
  examples: [
    ['tscompose env explain', 'goes through all variables of the files'],
    ['tscompose env explain TAG', 'tells why TAG has the value that it has, or none'],
  ],
  run: async ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { terminal } = context;
    const [{ variableSources }, { explainVariable, variableJson }] = await Promise.all([
      import('../../../load/variableSources.ts'),
      import('../../config/env.ts'),
    ]);
    const { loaded: all } = await readingFiles(context, (reader) =>
      variableSources(loadRequest(context), reader, args[0]),
    );
    const show = (file: string): string => nearName(file, terminal.workingDir);
    terminal.stdout.write(
      options.format === 'json'
        ? variableJson(all, show)
        : all.map((one) => explainVariable(one, show)).join('\n') || 'The files use no variables.\n',
    );
    return 0;
  },
});
