import type { Observed, ObservedContainer } from '../../observe/observed.ts';
import type { DataLoss } from '../plan.ts';

/** The loss that the removal of a volume is. */
export function lossOf(observed: Observed, volume: string): DataLoss {
  const bytes = observed.volumeFacts?.[volume]?.bytes ?? observed.volumeSizes?.[volume];
  return { volume, ...(bytes !== undefined && { bytes }) };
}

/** Volumes without a name of their own that go with a container. */
export function anonymousLosses(observed: Observed, container: ObservedContainer): readonly DataLoss[] {
  return container.mounts
    .filter((m) => m.type === 'volume' && /^[0-9a-f]{64}$/.test(m.name))
    .filter((m) => observed.volumeFacts?.[m.name]?.empty !== true)
    .map((m) => lossOf(observed, m.name));
}
