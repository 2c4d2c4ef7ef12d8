import { codes, isCode } from '../../diagnostic/codes.ts';
import { UserError } from '../../diagnostic/errors.ts';
import { defineCommand } from '../command.ts';

/** `explain`: what the codes of errors and warnings mean. */
export const explain = defineCommand({
  name: 'explain',
  usage: '[CODE...]',
  summary: 'Explain the codes of errors and warnings, with examples',
  options: {},
  examples: [
    ['tscompose explain TSC205', 'tells what the warning means and what helps'],
    ['tscompose explain', 'lists all codes'],
  ],
  run: async ({ args, terminal }) => {
    if (args.length === 0) {
      terminal.stdout.write(
        Object.entries(codes)
          .map(([code, meaning]) => `${code}  ${meaning}\n`)
          .join(''),
      );
      return 0;
    }
    const { explainCode } = await import('../../diagnostic/explain/format.ts');
    const texts = args.map((word) => {
      const code = word.toUpperCase();
      if (isCode(code)) return explainCode(code, Math.min(100, terminal.stdout.columns ?? 80));
      throw new UserError('no-such-code', `there is no code ${JSON.stringify(word)}`, {
        hint: 'run "tscompose explain" for a list',
      });
    });
    terminal.stdout.write(texts.join('\n'));
    return 0;
  },
});
