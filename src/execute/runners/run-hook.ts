import { EngineError, UserError } from '../../diagnostic/errors.ts';
import type { Service } from '../../model/service.ts';
import type { OperationOf } from '../../plan/operations.ts';
import { type Ended, runIn } from '../exec.ts';
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
  let ended: Ended;
  let unended: 'stdout' | 'stderr' | undefined;
  const say = (text: string, stream: 'stdout' | 'stderr'): void => {
    if (text === '') return;
    unended = text.endsWith('\n') ? undefined : stream;
    run.options.output?.({ kind: 'hook', service, stream, container: container.name }, text);
  };
  try {
    ended = await runIn(
      engine,
      idOf(container),
      {
        command: hook.command ?? [],
        env: hookEnvironment(hook.environment, run.options.environment),
        ...(hook.user !== undefined && { user: hook.user }),
        ...(hook.working_dir !== undefined && { workingDir: hook.working_dir }),
        ...(hook.privileged !== undefined && { privileged: hook.privileged }),
      },
      say,
    );
    if (unended !== undefined) say('\n', unended);
  } catch (error) {
    // It ended by itself before it was stopped: there is nothing left to say goodbye to.
    if (phase === 'pre_stop' && error instanceof EngineError && error.kind !== 'unreachable')
      return { changed: false };
    throw error;
  }
  const { exitCode, tail } = ended;
  if (exitCode === 0) return {};
  throw new UserError('hook-failed', `${service} hook exited with status ${exitCode}`, {
    hint:
      tail === ''
        ? `it is ${phase}[${index}]; run its command with "tscompose exec" to see why`
        : `${phase}[${index}] said: ${tail}`,
  });
}
