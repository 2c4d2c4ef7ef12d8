import { dependenciesOf, parentsOf } from '../model/graph.ts';
import { label } from '../model/labels.ts';
import { withModelVariables } from '../model/models.ts';
import type { Project } from '../model/project.ts';
import type { Observed } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import { slotsOf, type UpContext } from './context.ts';
import type { RunIntent, UpIntent } from './intent.ts';
import type { Materials } from './materials.ts';
import { containerPlaceholder } from './operations.ts';
import type { NodeId, Plan } from './plan.ts';
import { imageNodes, imageOf } from './steps/images.ts';
import { modelNodes } from './steps/models.ts';
import { networkNodes } from './steps/networks.ts';
import { createNodes } from './steps/slots.ts';
import { conditionNodes, startNodes } from './steps/start-service.ts';
import { volumeNodes } from './steps/volumes.ts';
import { addUp } from './up.ts';

/** Plans `run`: the service's dependencies come up, then one container of its own is made beside its replicas. */
export function planRun(project: Project, observed: Observed, intent: RunIntent, materials: Materials): Plan {
  const builder = new PlanBuilder(observed.engine);
  const { service: name, wanted, command } = intent;
  if (!(name in project.services)) {
    builder.refuse('no-such-service', `no such service: ${name}`, 1);
    return builder.build(command, project.name);
  }
  const asked = withModelVariables(wanted, project, observed.models);
  const withWanted = { ...project, services: { ...project.services, [name]: asked } };
  const dependencies = intent.noDeps
    ? []
    : [...dependenciesOf(wanted).keys()].filter((d) => d in project.services);
  const up: UpIntent = {
    ...{ command: 'up', start: true, services: dependencies },
    ...(intent.pull !== undefined && { pull: intent.pull }),
    ...(intent.build && { build: true }),
    ...(intent.removeOrphans && { removeOrphans: true }),
    ...(intent.forceForeign && { forceForeign: true }),
    ...(intent.ignoreOrphans && { ignoreOrphans: true }),
    ...(intent.imagesReady && { imagesReady: true }),
    ...(intent.compatibility && { compatibility: true }),
  };
  const { context, replan } = addUp(builder, withWanted, observed, up, materials, { only: dependencies });
  const image = imageNodes(context, name);
  if (replan) return builder.build(command, project.name, { replan });
  createOneOff(context, { ...intent, wanted: asked }, image);
  return builder.build(command, project.name);
}

function createOneOff(context: UpContext, intent: RunIntent, image: readonly NodeId[]): void {
  const { builder, project, observed, materials } = context;
  const { service: name, wanted, slug } = intent;
  const separator = intent.compatibility ? '_' : '-';
  const containerName = intent.name ?? [project.name, name, 'run', slug.slice(0, 12)].join(separator);
  const waits = [...dependenciesOf(wanted)].flatMap(([dependency, { condition, required }]) =>
    context.selected.includes(dependency)
      ? slotsOf(context, dependency).flatMap((slot) => conditionNodes(context, slot, condition, required))
      : [],
  );
  const parents = parentsOf(wanted).flatMap((p) =>
    slotsOf(context, p).flatMap((s) => startNodes(context, s)),
  );
  const { warnings, ...parts } = materials.container({
    project,
    facts: observed.facts,
    serviceName: name,
    service: wanted,
    number: 0,
    name: containerName,
    image: observed.images[imageOf(context, name)],
    containerOf: (parent) => {
      const first = slotsOf(context, parent)[0];
      const [created] = first === undefined ? [] : createNodes(context, first);
      if (created !== undefined) return containerPlaceholder(created);
      return first?.present?.id ?? observed.containers.find((c) => c.service === parent && !c.oneOff)?.id;
    },
    inherited: [],
    oneOff: { slug, ...(intent.useAliases && { serviceAliases: true }) },
    labels: { [label.slug]: slug },
  });
  for (const message of warnings) builder.warn('translate', message);
  const subject = { kind: 'service', name } as const;
  const after = [
    ...image,
    ...modelNodes(context, name),
    ...Object.keys(wanted.networks ?? {}).flatMap((key) => networkNodes(context, key)),
    ...(wanted.volumes ?? []).flatMap((m) => (m.source === undefined ? [] : volumeNodes(context, m.source))),
    ...waits,
    ...parents,
  ];
  const { HostConfig } = parts.body;
  const body = intent.autoRemove
    ? { ...parts.body, HostConfig: { ...HostConfig, AutoRemove: true } }
    : parts.body;
  const created = builder.add(
    { kind: 'create-container', name: containerName, ...parts, body },
    { after, subject, because: 'run' },
  );
  if (!intent.start) return;
  const container = { createdBy: created, name: containerName };
  builder.add({ kind: 'start-container', container }, { after: [created], subject, because: 'run' });
}
