import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { exitCode, UserError } from '../../diagnostic/errors.ts';
import { formatPlan } from '../../plan/format.ts';
import { planJson } from '../../plan/json.ts';
import type { Plan } from '../../plan/plan.ts';
import { wantsColor } from '../problems.ts';
import type { Context } from '../session.ts';
import type { Planning } from './mode.ts';

/**
 * Prints a plan, and writes it to the file that was asked for.
 *
 * @returns the exit code: that of a refusal, 2 if there is something to do and `plan` asked, else 0
 * @throws UserError if the file can't be written
 */
export function showPlan(
  { terminal, global }: Context,
  plan: Plan,
  { format, output, tellPending, request }: Extract<Planning, { kind: 'show' }>,
): number {
  const color = wantsColor(global.ansi ?? 'auto', terminal.stdout.isTTY === true, terminal.environment);
  terminal.stdout.write(format === 'json' ? planJson(withoutSecrets(plan)) : formatPlan(plan, { color }));
  const [refusal] = plan.refusals;
  if (refusal !== undefined) return refusal.exit;
  if (output !== undefined) {
    writePlan(resolve(terminal.workingDir, output), { ...plan, ...(request !== undefined && { request }) });
  }
  return tellPending && plan.nodes.length > 0 ? exitCode.pending : exitCode.done;
}

/** The file may hold secrets: only its owner can read it. */
function writePlan(path: string, plan: Plan): void {
  try {
    writeFileSync(path, planJson(plan), { mode: 0o600 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError('output', `can't write the plan: ${reason}`, { hint: 'name another file with -o' });
  }
}

/** What is printed may end in a log. */
function withoutSecrets(plan: Plan): Plan {
  const nodes = plan.nodes.map((node) => {
    const { operation } = node;
    if (operation.kind !== 'create-container' || !operation.files.some((file) => file.secret)) return node;
    const files = operation.files.map((file) => (file.secret ? { ...file, source: { content: '' } } : file));
    return { ...node, operation: { ...operation, files } };
  });
  return { ...plan, nodes };
}
