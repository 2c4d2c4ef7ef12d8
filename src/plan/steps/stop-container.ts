import type { Service } from '../../model/service.ts';
import { isAlive } from '../../observe/membership.ts';
import type { ObservedContainer } from '../../observe/observed.ts';
import type { PlanBuilder } from '../builder.ts';
import type { DataLoss, NodeId } from '../plan.ts';
import { aboutContainer, refTo } from './containers.ts';
import { addHooks } from './hooks.ts';

export interface StopOptions {
  readonly because: string;
  readonly after: readonly NodeId[];
  /** For its `pre_stop` hooks; undefined if the model does not know it. */
  readonly service: Service | undefined;
  /** Seconds. */
  readonly timeout: number | undefined;
  /** Another engine than the plan's own. */
  readonly engine?: string;
}

/** Stops a container that runs: out of a pause, `pre_stop` hooks, stop. Returns no node if it does not run. */
export function addStop(
  builder: PlanBuilder,
  container: ObservedContainer,
  options: StopOptions,
): readonly NodeId[] {
  if (!isAlive(container)) return [];
  const { because, service, timeout } = options;
  const engine = options.engine === undefined ? {} : { engine: options.engine };
  const subject = aboutContainer(container);
  const ref = refTo(container);
  let after = options.after;
  if (container.state === 'paused') {
    after = [
      builder.add({ kind: 'unpause-container', container: ref }, { after, subject, because, ...engine }),
    ];
  }
  if (container.state !== 'restarting')
    after = addHooks(builder, 'pre_stop', service, ref, subject, after, options.engine);
  const stop = builder.add(
    { kind: 'stop-container', container: ref, ...(timeout !== undefined && { timeout }) },
    { after, subject, because, ...engine },
  );
  return [stop];
}

/** Removes a container, after it has been stopped. */
export function addRemove(
  builder: PlanBuilder,
  container: ObservedContainer,
  options: {
    because: string;
    after: readonly NodeId[];
    /** Anonymous volumes go too. */
    volumes: boolean;
    dataLoss?: readonly DataLoss[];
  },
): readonly NodeId[] {
  const { because, after, volumes, dataLoss = [] } = options;
  return [
    builder.add(
      { kind: 'remove-container', container: refTo(container), force: true, volumes },
      { after, subject: aboutContainer(container), because, dataLoss },
    ),
  ];
}
