import { isEmpty, statVolumes } from '../../data/copy.ts';
import type { Engine } from '../../engine/engine.ts';
import type { VolumeBody } from '../../model/bodies.ts';
import { snapshotLabel } from '../../model/snapshot.ts';
import { newPlace, type Observed } from '../../observe/observed.ts';

/**
 * A look at volumes by the helper, and at the places that volumes will have: through volumes of the same kind that are
 * gone afterwards.
 * @returns undefined where the helper can't be used, or can't reach one of them
 */
export async function volumeFacts(
  engine: Engine,
  project: string,
  names: readonly string[],
  places: readonly VolumeBody[],
): Promise<Observed['volumeFacts']> {
  const probes = places.map((body, i) => ({ body, name: `tscompose-probe-${process.pid}-${i}` }));
  try {
    for (const { body, name } of probes) await engine.createVolume({ ...body, Name: name, Labels: {} });
    const all = [...names, ...probes.map(({ name }) => name)];
    const found = await statVolumes(
      engine,
      all.map((volume) => ({ volume })),
      { labels: { [snapshotLabel.project]: project } },
    );
    const keys = [...names, ...places.map(({ Name }) => newPlace(Name))];
    return Object.fromEntries(
      found.map((stat, i) => {
        const { bytes, used, free } = stat;
        return [keys[i]!, { bytes, used, free, empty: isEmpty(stat) }];
      }),
    );
  } catch {
    return undefined;
  } finally {
    for (const { name } of probes) await engine.removeVolume(name).catch(() => undefined);
  }
}
