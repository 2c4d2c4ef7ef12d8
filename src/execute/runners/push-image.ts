import { UserError } from '../../diagnostic/errors.ts';
import type { OperationOf } from '../../plan/operations.ts';
import type { NodeContext, Outcome } from '../run.ts';
import { transfer } from '../transfer/registry.ts';

/** Pushes an image to its registry; the layers are told as parts of it. */
export async function pushImage(
  { image, service }: OperationOf<'push-image'>,
  context: NodeContext,
): Promise<Outcome> {
  const { engine } = context;
  if ((await engine.inspectImage(image)) === undefined) {
    throw new UserError('image-missing', `there is no image ${image} to push`, {
      hint: `build it first: tscompose build ${service}`,
    });
  }
  await transfer(context, { image, parent: image, text: 'Pushing' }, (options) =>
    engine.pushImage(image, options),
  );
  return {};
}
