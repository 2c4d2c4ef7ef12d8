import type { OperationOf } from '../../plan/operations.ts';
import { ModelRunner } from '../model-runner/program.ts';
import type { NodeContext, Outcome } from '../run.ts';

/** Downloads a model if it is missing, and says how it is to run. */
export async function prepareModel(
  { reference, pull, contextSize, flags }: OperationOf<'prepare-model'>,
  { run, signal, tell }: NodeContext,
): Promise<Outcome> {
  const { environment = {}, workingDir } = run.options;
  const runner = ModelRunner.find({ environment, workingDir, signal });
  if (pull) {
    tell('Working', 'Pulling');
    await runner.pull(reference, (line) => tell('Working', `Pulling ${line}`));
    tell('Working', 'Pulled');
  }
  tell('Working', 'Configuring');
  const whole = await runner.configure(reference, contextSize, flags);
  tell('Done', whole ? 'Configured' : 'Configured, without its runtime flags: they need docker-model 1.0.6');
  return { told: true, changed: pull };
}
