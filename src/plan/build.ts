import { startOrder, withDependencies } from '../model/graph.ts';
import { imageName } from '../model/names.ts';
import type { Project } from '../model/project.ts';
import type { Observed } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import type { Intent } from './intent.ts';
import type { NodeId, Plan } from './plan.ts';

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
    const { build } = service;
    const after = Object.values(build.additional_contexts ?? {}).flatMap((source) =>
      source.startsWith('service:') ? add(source.slice('service:'.length)) : [],
    );
    const image = imageName(project.name, name, service);
    const node = builder.add(
      {
        kind: 'build-image',
        image,
        service: name,
        build,
        ...(service.platform !== undefined && { platform: service.platform }),
        ...((intent.noCache || build.no_cache) && { noCache: true }),
        ...((intent.pull || build.pull) && { pull: true }),
      },
      { after, subject: { kind: 'image', name: image }, because: 'build' },
    );
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
