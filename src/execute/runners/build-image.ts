import { UserError } from '../../diagnostic/errors.ts';
import type { BuildRequest } from '../../engine/images.ts';
import type { OperationOf } from '../../plan/operations.ts';
import { openContext } from '../build/context.ts';
import { buildRequest, checkBuild, isRemote } from '../build/request.ts';
import type { NodeContext, Outcome } from '../run.ts';

type BuildImage = OperationOf<'build-image'>;

/** Builds an image with the engine's builder. */
export async function buildImage(operation: BuildImage, context: NodeContext): Promise<Outcome> {
  const { engine, run, signal, tell, notice } = context;
  const { image, service, build } = operation;
  if (operation.ifMissing && (await engine.inspectImage(image)) !== undefined) {
    return { told: true, changed: false };
  }
  for (const warning of checkBuild(service, build)) notice('warning', warning);
  const environment = run.options.environment ?? {};
  const registryConfig = await run.options.registryConfig?.();
  let line = '';
  const onOutput = (text: string): void => {
    run.options.output?.({ kind: 'build', service, stream: 'stdout' }, text);
    const last = text.trim().split('\n').at(-1) ?? '';
    if (last.startsWith('Step ') || last.startsWith('STEP ')) line = last;
    if (line !== '') tell('Working', 'Building', { details: line });
  };
  const request: BuildRequest = {
    ...buildRequest(operation, run.plan.project, environment),
    ...(await contextOf(operation)),
    ...(registryConfig !== undefined && { registryConfig }),
    ...{ onOutput, signal },
  };
  try {
    const id = await engine.buildImage(request);
    run.forgetImage(engine, image);
    return { created: id };
  } finally {
    if (typeof request.context !== 'string') request.context.destroy();
  }
}

async function contextOf({
  service,
  build,
}: BuildImage): Promise<Pick<BuildRequest, 'context' | 'dockerfile'>> {
  const { context = '.', dockerfile = 'Dockerfile', dockerfile_inline: inline } = build;
  if (!isRemote(context)) return open();
  if (inline === undefined) return { context, dockerfile };
  throw new UserError(
    'build-unsupported',
    `service "${service}": a remote context takes no dockerfile_inline`,
    {
      hint: 'put the Dockerfile into the repository, or use a local context',
    },
  );

  async function open() {
    const { tar, dockerfile: name } = await openContext({ folder: context, dockerfile, inline });
    return { context: tar, dockerfile: name };
  }
}
