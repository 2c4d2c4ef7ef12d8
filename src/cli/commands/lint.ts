import { diagnosticFormat, diagnosticFormats } from '../../diagnostic/format.ts';
import type { LintResult } from '../../lint/lint.ts';
import { defineCommand } from '../command.ts';
import { featuresFor } from '../lint/engine.ts';
import { applyFixes } from '../lint/fix.ts';
import { nearName, problemText } from '../problems.ts';
import { readingFiles } from '../reading.ts';
import { loadRequest } from '../session.ts';

/** `lint`: what is wrong with the files, and what is most likely not meant. */
export const lint = defineCommand({
  name: 'lint',
  usage: '[OPTIONS]',
  summary: 'Check the compose files, also for what is legal and hardly meant',
  args: { max: 0 },
  options: {
    fix: { type: 'boolean', summary: 'Change the files where that changes nothing of what they mean' },
    format: {
      type: 'string',
      choices: diagnosticFormats,
      summary: 'text, json, github (notes beside the lines of a change) or sarif',
    },
    offline: { type: 'boolean', summary: "Don't ask the engine what it can do" },
    strict: { type: 'boolean', summary: 'Take warnings for errors' },
  },
  examples: [
    ['tscompose lint', 'lists errors and warnings; exit code 1 if there are errors'],
    ['tscompose lint --fix', 'removes what is obsolete or written twice, and quotes ports'],
    [
      'tscompose lint --strict --format github',
      'marks the lines in a pull request, and fails for warnings too',
    ],
  ],
  run: async ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { terminal } = context;
    const format = options.format ?? context.global.diagnostics;
    const [{ lint: look }, engine] = await Promise.all([
      import('../../lint/lint.ts'),
      options.offline ? undefined : featuresFor(context),
    ]);
    const run = async (): Promise<LintResult> =>
      (await readingFiles(context, (reader) => look(loadRequest(context), reader, engine))).loaded;
    let result = await run();
    if (options.fix && result.fixes.length > 0) {
      for (const { file, count } of await applyFixes(result.fixes, terminal.environment)) {
        const shown = nearName(file, terminal.workingDir);
        terminal.stderr.write(`${shown}: ${count} ${count === 1 ? 'fix' : 'fixes'}\n`);
      }
      result = await run();
    }
    const diagnostics = options.strict
      ? result.diagnostics.map((one) => ({ ...one, severity: 'error' as const }))
      : result.diagnostics;
    terminal.stdout.write(
      problemText(diagnostics, { terminal, ansi: context.global.ansi, format, to: 'stdout' }),
    );
    if (diagnostics.length === 0 && diagnosticFormat(format) === 'text')
      terminal.stderr.write('no problems found\n');
    return diagnostics.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
});
