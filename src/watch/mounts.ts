import { EngineError } from '../diagnostic/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { groupBy } from '../util/group-by.ts';
import { archiveOf, type Owner } from './archive.ts';
import { below } from './below.ts';
import type { Entry } from './content.ts';

/** The engine lets nothing into a container whose own files are read-only, unless it is told a volume. */
export function isReadOnly(error: unknown): boolean {
  return error instanceof EngineError && /read-only/.test(error.message);
}

/** Puts entries into the volumes that they belong to. @throws the error that led here if one belongs to none */
export async function putIntoMounts(
  engine: Engine,
  id: string,
  entries: readonly Entry[],
  owner: Owner | undefined,
  error: unknown,
): Promise<void> {
  const { mounts } = await engine.inspectContainer(id);
  const places = mounts.filter(({ readWrite }) => readWrite).map(({ destination }) => destination);
  const groups = groupBy(entries, ({ container }) => mountOf(container, places) ?? '');
  if (groups.has('')) throw error;
  for (const [place, group] of groups) {
    const inside = group.map((entry) => ({ ...entry, container: below(place, entry.container) ?? '' }));
    const wanted = inside.filter(({ container }) => container !== '');
    if (wanted.length > 0) await engine.putArchive(id, place, await archiveOf(wanted, owner));
  }
}

/** The innermost of the mounts that a path lies in. */
export function mountOf(path: string, places: readonly string[]): string | undefined {
  const around = places.filter((place) => below(place, path) !== undefined);
  return around.sort((a, b) => b.length - a.length)[0];
}
