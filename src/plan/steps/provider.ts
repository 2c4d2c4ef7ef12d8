import { dependenciesOf } from '../../model/graph.ts';
import { once, slotsOf, type UpContext } from '../context.ts';
import type { NodeId } from '../plan.ts';
import { startNodes } from './start-service.ts';

/** The node that lets a provider bring its service up; none for services that run in containers. */
export function providerNodes(context: UpContext, name: string): readonly NodeId[] {
  const service = context.project.services[name]!;
  const { provider } = service;
  if (provider === undefined) return [];
  return once(context, `provider ${name}`, () => {
    const after = [...dependenciesOf(service).keys()].flatMap((dependency) =>
      context.selected.includes(dependency)
        ? [
            ...providerNodes(context, dependency),
            ...slotsOf(context, dependency).flatMap((slot) => startNodes(context, slot)),
          ]
        : [],
    );
    return [
      context.builder.add(
        {
          kind: 'run-provider',
          service: name,
          action: 'up',
          type: provider.type,
          options: provider.options ?? {},
        },
        { after, subject: { kind: 'service', name }, because: 'the provider knows what there is to do' },
      ),
    ];
  });
}
