import type { OperationOf } from '../../plan/operations.ts';
import type { NodeContext, Outcome } from '../run.ts';

/** `always`, `on-failure:3`, … → the API's form. */
function policyOf(text: string): { Name: string; MaximumRetryCount?: number } {
  const [Name = '', count] = text.split(':');
  return count === undefined ? { Name } : { Name, MaximumRetryCount: Number(count) };
}

/** Changes limits and restart policy of a container in place. */
export async function updateContainer(
  { container, restartPolicy, resources }: OperationOf<'update-container'>,
  { engine, idOf }: NodeContext,
): Promise<Outcome> {
  await engine.updateContainer(idOf(container), {
    ...(restartPolicy !== undefined && { restartPolicy: policyOf(restartPolicy) }),
    ...(resources !== undefined && { resources }),
  });
  return {};
}
