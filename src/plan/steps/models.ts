import { referenceOf, usedModels } from '../../model/models.ts';
import { once, type UpContext } from '../context.ts';
import type { NodeId } from '../plan.ts';

/** Nodes after which the models that a service uses are there and configured. */
export function modelNodes(context: UpContext, service: string): readonly NodeId[] {
  return usedModels(context.project, [service]).flatMap((name) => modelNode(context, name));
}

/** The same, for a service whose containers stay: only what is missing. */
export function missingModelNodes(context: UpContext, service: string): void {
  const { project, observed } = context;
  for (const name of usedModels(project, [service])) {
    if (!isPresent(referenceOf(project, name), observed.models?.present ?? [])) modelNode(context, name);
  }
}

function modelNode(context: UpContext, name: string): readonly NodeId[] {
  return once(context, `model ${name}`, () => {
    const { builder, observed, project } = context;
    const {
      name: title = name,
      context_size: contextSize,
      runtime_flags: flags = [],
    } = project.models[name]!;
    const reference = referenceOf(project, name);
    const pull = !isPresent(reference, observed.models?.present ?? []);
    const because = pull ? 'the model is not there' : 'its settings may have changed';
    return [
      builder.add(
        {
          kind: 'prepare-model',
          ...{ name: title, reference, pull, flags },
          ...(contextSize !== undefined && { contextSize }),
        },
        { after: [], subject: { kind: 'image', name: reference }, because },
      ),
    ];
  });
}

function isPresent(reference: string, present: readonly string[]): boolean {
  return present.includes(reference);
}
