import type { Project } from '../../model/project.ts';
import { isHook, orphansOf } from '../../observe/membership.ts';
import type { Observed, ObservedContainer } from '../../observe/observed.ts';
import type { PlanBuilder } from '../builder.ts';
import { addRemove, addStop } from './stop-container.ts';

export interface OrphanWish {
  readonly removeOrphans?: boolean;
  readonly forceForeign?: boolean;
  readonly ignoreOrphans?: boolean;
  readonly timeout?: number;
}

/** The orphans that shall go; warns about those that stay. */
export function orphansToRemove(
  builder: PlanBuilder,
  project: Project,
  observed: Observed,
  wish: OrphanWish,
): readonly ObservedContainer[] {
  const { own, foreign } = orphansOf(project, observed);
  const gone = wish.removeOrphans ? own : [];
  if (!wish.removeOrphans && own.length > 0 && !wish.ignoreOrphans) {
    builder.warn(
      'orphans',
      `Found orphan containers (${names(own)}) for this project.`,
      'If you removed or renamed a service, --remove-orphans takes its containers away.',
    );
  }
  if (foreign.length === 0) return gone;
  if (wish.removeOrphans && wish.forceForeign) return [...gone, ...foreign];
  if (wish.removeOrphans || !wish.ignoreOrphans) {
    builder.warn(
      'foreign-orphans',
      `Containers of other compose files use the same project name: ${names(foreign)}. They are left alone.`,
      'Give one of the groups another name (-p), or use --force-foreign with --remove-orphans.',
    );
  }
  return gone;
}

function names(containers: readonly ObservedContainer[]): string {
  return containers.map((c) => c.name).join(', ');
}

/** Stops and removes orphans, side by side. @param after nodes after which they do not run */
export function removeOrphans(
  builder: PlanBuilder,
  orphans: readonly ObservedContainer[],
  timeout: number | undefined,
  volumes = false,
  after: readonly number[] = [],
): readonly number[] {
  return orphans.flatMap((container) => {
    const because = isHook(container) ? 'left by a hook' : 'orphan';
    // With `after`, they have been stopped.
    const stopped =
      after.length > 0
        ? after
        : addStop(builder, container, { because, after: [], service: undefined, timeout });
    return addRemove(builder, container, { because, after: stopped, volumes });
  });
}
