import { referenceOf, usedModels } from '../../model/models.ts';
import { once, type UpContext } from '../context.ts';
import type { NodeId } from '../plan.ts';

/** Nodes after which the models that a service uses are there and configured. */
export function modelNodes(context: UpContext, service: string): readonly NodeId[] {
  return usedModels(context.project, [service]).flatMap((name) => modelNode(context, name));
}

/** The same, for a service whose containers stay: only what is missing. */
export function missingModelNodes(context: UpContext, service: string): void {
  for (const name of usedModels(context.project, [service]))
    if (isMissing(context, name)) modelNode(context, name);
}

function modelNode(context: UpContext, name: string): readonly NodeId[] {
  return once(context, `model ${name}`, () => {
    const { builder, project } = context;
    const {
      name: title = name,
      context_size: contextSize,
      runtime_flags: flags = [],
    } = project.models[name]!;
    const reference = referenceOf(project, name);
    const pull = isMissing(context, name);
    return [
      builder.add(
        {
          kind: 'prepare-model',
          ...{ name: title, reference, pull, flags },
          ...(contextSize !== undefined && { contextSize }),
        },
        {
          after: [],
          subject: { kind: 'image', name: reference },
          because: pull ? 'the model is not there' : 'its settings may have changed',
        },
      ),
    ];
  });
}

function isMissing({ observed, project }: UpContext, name: string): boolean {
  return !observed.models?.present.includes(referenceOf(project, name));
}
