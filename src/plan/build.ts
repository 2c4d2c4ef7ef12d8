import { startOrder, withDependencies } from '../model/graph.ts';
import type { Project } from '../model/project.ts';
import type { Observed } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import type { Intent } from './intent.ts';
import type { NodeId, Plan } from './plan.ts';
import { buildOperation, platformProblem } from './steps/build-operation.ts';

type BuildIntent = Extract<Intent, { command: 'build' }>;

/** Plans `build`: an image that another build starts from (`additional_contexts: x=service:base`) comes first. */
export function planBuild(project: Project, observed: Observed, intent: BuildIntent): Plan {
  const builder = new PlanBuilder(observed.engine);
  for (const name of intent.services) {
    if (!(name in project.services)) builder.refuse('no-such-service', `no such service: ${name}`, 1);
  }
  const named = intent.services.length === 0 ? Object.keys(project.services) : intent.services;
  const names = intent.withDependencies ? withDependencies(project.services, named) : named;
  const made = new Map<string, readonly NodeId[]>();
  const add = (name: string): readonly NodeId[] => {
    const known = made.get(name);
    if (known !== undefined) return known;
    made.set(name, []);
    const service = project.services[name];
    if (service?.build === undefined) return [];
    const after = Object.values(service.build.additional_contexts ?? {}).flatMap((source) =>
      source.startsWith('service:') ? add(source.slice('service:'.length)) : [],
    );
    const problem = platformProblem(project, name);
    if (problem !== undefined) builder.refuse('build-platform', problem, 1, 'name it in build.platforms');
    const operation = buildOperation(project, name, intent);
    const subject = { kind: 'image', name: operation.image } as const;
    const node = builder.add(operation, { after, subject, because: 'build' });
    made.set(name, [node]);
    return [node];
  };
  for (const name of startOrder(project.services, names)) {
    const nodes = add(name);
    if (nodes.length === 0 && intent.services.includes(name)) {
      builder.warn('nothing-to-build', `service "${name}" has no "build"; nothing is built for it`);
    }
  }
  return builder.build('build', project.name);
}
