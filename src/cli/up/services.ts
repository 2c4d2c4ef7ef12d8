import { UserError } from '../../diagnostic/errors.ts';
import { shortened } from '../../logs/started.ts';
import { withDependencies } from '../../model/graph.ts';
import { label } from '../../model/labels.ts';
import type { Project } from '../../model/project.ts';
import type { Plan } from '../../plan/plan.ts';
import type { AttachWish } from './attach.ts';

/**
 * Which services an attached `up` watches, which of them it shows, and whose ends it waits for: those that were
 * named, else those that are shown.
 */
export function attachedServices(
  project: Project,
  named: readonly string[],
  noDeps: boolean,
  options: {
    readonly attach: readonly string[];
    readonly 'attach-dependencies': boolean | undefined;
    readonly 'no-attach': readonly string[];
  },
): Pick<AttachWish, 'shown' | 'watched' | 'counted'> {
  const wanted = named.length === 0 ? Object.keys(project.services) : named;
  const started = noDeps ? new Set(wanted) : withDependencies(project.services, wanted);
  const shown = (service: string): boolean => {
    if (options['no-attach'].includes(service)) return false;
    if (options.attach.length > 0) return options.attach.includes(service);
    if (project.services[service]?.attach === false) return false;
    return options['attach-dependencies'] === true || wanted.includes(service);
  };
  const anyShown = [...started].some(shown);
  const counted = (service: string): boolean =>
    started.has(service) && (named.length > 0 ? named.includes(service) : shown(service) || !anyShown);
  return {
    ...{ shown, counted },
    watched: (service) => started.has(service) && (wanted.includes(service) || shown(service)),
  };
}

/** The containers that run once a plan is executed, as logs name them, in the order of their names. */
export function namesAfter(
  plan: Plan,
  { shown, watched }: Pick<AttachWish, 'shown' | 'watched'>,
): readonly string[] {
  const names = new Set<string>();
  const add = (service: string, name: string): void => {
    if (watched(service) && shown(service)) names.add(shortened(name, plan.project));
  };
  for (const { service, container, state } of plan.unchanged)
    if (state === 'running') add(service, container);
  for (const { operation, subject } of plan.nodes) {
    if (operation.kind === 'start-container' && subject.kind === 'service')
      add(subject.name, operation.container.name);
    if (operation.kind === 'create-container' && !(label.hook in operation.body.Labels))
      add(operation.body.Labels[label.service] ?? '', operation.name);
  }
  return [...names].sort();
}

/** The files have no service, or none that is active. Words as docker compose has them. */
export function nothingSelected({ disabledServices }: Project): UserError {
  const profiles = [...new Set(Object.values(disabledServices).flatMap((service) => service.profiles ?? []))];
  return new UserError('no-service-selected', 'no service selected', {
    hint:
      profiles.length === 0
        ? 'add a service to the files; to remove what runs: tscompose down'
        : `activate a profile with --profile: ${profiles.sort().join(', ')}`,
  });
}
