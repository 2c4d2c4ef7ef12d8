import { UserError } from '../../diagnostic/errors.ts';
import type { OperationOf } from '../../plan/operations.ts';
import { findProvider } from '../provider/find.ts';
import { descriptionOf } from '../provider/metadata.ts';
import { talk } from '../provider/talk.ts';
import type { NodeContext, Outcome } from '../run.ts';

const words = {
  up: { begin: 'Creating', done: 'Created', verb: 'create' },
  down: { begin: 'Removing', done: 'Removed', verb: 'remove' },
  stop: { begin: 'Stopping', done: 'Stopped', verb: 'stop' },
} as const;

/** Lets a provider bring up, stop or take down what a service needs; keeps the variables that it sets. */
export async function runProvider(
  { service, action, type, options }: OperationOf<'run-provider'>,
  { run, signal, tell }: NodeContext,
): Promise<Outcome> {
  const { environment = {}, workingDir, serviceConfig } = run.options;
  const program = findProvider(type, environment);
  if (program === undefined) {
    throw new UserError('no-provider', `service "${service}": there is no provider "${type}"`, {
      hint: `install a program "docker-${type}" as a docker plugin, or "${type}" in PATH`,
    });
  }
  const described = await descriptionOf(program, action, { environment, workingDir, signal });
  // Stopping is a later addition that a provider has to say it knows.
  if (action === 'stop' && !described.action) return { told: true, changed: false };
  const flags = Object.entries(options)
    .filter(([name]) => described.options?.includes(name) ?? true)
    .flatMap(([name, values]) => values.map((value) => `--${name}=${value}`));
  const { begin, done, verb } = words[action];
  tell('Working', begin);
  const answer = await talk(
    program,
    ['compose', `--project-name=${run.plan.project}`, action, ...flags, service],
    {
      ...{ environment, workingDir, signal },
      info: (text) => tell('Working', text),
      serviceConfig: () => serviceConfig?.(service),
    },
  );
  if (answer.error !== undefined) {
    throw new UserError('provider-failed', `failed to ${verb} service "${service}": ${answer.error}`, {
      hint: `run "${program} compose --project-name=${run.plan.project} ${action} ${service}" to see more`,
    });
  }
  if (action === 'up') {
    const upper = service.toUpperCase();
    // A shell can't name a variable with a dash, so such a service's variables come in a second spelling.
    const prefixes = new Set([`${upper}_`, `${upper.replaceAll('-', '_')}_`]);
    const prefixed = [...prefixes].flatMap((prefix) =>
      Object.entries(answer.prefixed).map(([name, value]) => [prefix + name, value]),
    );
    run.provided.set(service, { ...Object.fromEntries(prefixed), ...answer.raw });
  }
  tell('Done', done);
  return { told: true };
}
