import { EngineError, UserError } from '../../diagnostic/errors.ts';
import type { Service } from '../../model/service.ts';
import type { OperationOf } from '../../plan/operations.ts';
import type { NodeContext, Outcome } from '../run.ts';

/** Variables of a hook as `NAME=value`; one without a value comes from the environment, or not at all. */
export function hookEnvironment(
  environment: NonNullable<Service['environment']> | undefined,
  outside: Readonly<Record<string, string>> = {},
): string[] {
  return Object.entries(environment ?? {}).flatMap(([name, value]) => {
    const text = value ?? outside[name];
    return text === undefined ? [] : [`${name}=${text}`];
  });
}

/** Runs a hook in the service's container. Its output goes to the run's output; a code other than 0 is a failure. */
export async function runHook(
  { container, hook, phase, index }: OperationOf<'run-hook'>,
  { engine, idOf, run, node }: NodeContext,
): Promise<Outcome> {
  const service = node.subject.name;
  let exec: string;
  try {
    exec = await engine.createExec(idOf(container), {
      command: hook.command ?? [],
      tty: false,
      stdin: false,
      env: hookEnvironment(hook.environment, run.options.environment),
      ...(hook.user !== undefined && { user: hook.user }),
      ...(hook.working_dir !== undefined && { workingDir: hook.working_dir }),
      ...(hook.privileged !== undefined && { privileged: hook.privileged }),
    });
  } catch (error) {
    // It ended by itself before it was stopped: there is nothing left to say goodbye to.
    if (phase === 'pre_stop' && error instanceof EngineError && error.kind !== 'unreachable')
      return { changed: false };
    throw error;
  }
  const attachment = await engine.startExec(exec, { tty: false, stdin: false });
  let tail = '';
  for (const stream of ['stdout', 'stderr'] as const) {
    attachment[stream].on('data', (chunk: Buffer) => {
      const text = chunk.toString('utf8');
      tail = (tail + text).slice(-1000);
      run.options.output?.({ kind: 'hook', service, stream }, text);
    });
  }
  await attachment.ended;
  const { exitCode } = await engine.inspectExec(exec);
  if (exitCode === 0) return {};
  throw new UserError('hook-failed', `${service} hook exited with status ${exitCode ?? 'unknown'}`, {
    hint:
      tail.trim() === ''
        ? `it is ${phase}[${index}]; run its command with "tscompose exec" to see why`
        : `${phase}[${index}] said: ${tail.trim()}`,
  });
}
