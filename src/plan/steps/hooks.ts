import type { Service } from '../../model/service.ts';
import type { PlanBuilder } from '../builder.ts';
import type { ContainerRef } from '../operations.ts';
import type { NodeId, Subject } from '../plan.ts';

/** One node for each hook, one after another. Returns the last, or `after` if there is none. */
export function addHooks(
  builder: PlanBuilder,
  phase: 'post_start' | 'pre_stop',
  service: Service | undefined,
  container: ContainerRef,
  subject: Subject,
  after: readonly NodeId[],
  engine?: string,
): readonly NodeId[] {
  let last = after;
  service?.[phase]?.forEach((hook, index) => {
    const because = phase === 'post_start' ? 'after start' : 'before stop';
    last = [
      builder.add(
        { kind: 'run-hook', phase, container, hook, index },
        { after: last, subject, because, ...(engine !== undefined && { engine }) },
      ),
    ];
  });
  return last;
}
