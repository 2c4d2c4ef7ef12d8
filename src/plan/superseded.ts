import { formatReference, parseReference } from '../util/reference.ts';
import { PlanBuilder } from './builder.ts';
import type { Plan } from './plan.ts';

/** What is known when images that a project ran once are looked for. */
export interface SupersededInput {
  readonly project: string;
  readonly engine: string;
  /** Images that the project ran, by id with the names that it called them; oldest first, the last is now. */
  readonly generations: readonly Readonly<Record<string, readonly string[]>>[];
  /** Images of all containers of the engine, of whatever project. */
  readonly inUse: ReadonlySet<string>;
  /** What the engine has for an id: its own id for that and its names; absent: nothing. */
  readonly found: ReadonlyMap<string, { readonly id: string; readonly tags: readonly string[] }>;
}

/** Generations whose images stay: what runs, and what a way back leads to. */
const kept = 2;

/** Plans the removal of images that a project has replaced, and that nobody else uses or has a name for. */
export function planSuperseded({ project, engine, generations, inUse, found }: SupersededInput): Plan {
  const builder = new PlanBuilder(engine);
  const older = generations.slice(0, -kept);
  const needed = new Set(generations.slice(-kept).flatMap(Object.keys));
  const names = new Map<string, Set<string>>();
  for (const generation of older) {
    for (const [id, called] of Object.entries(generation)) {
      const known = names.get(id) ?? new Set();
      for (const name of called) known.add(written(name));
      names.set(id, known);
    }
  }
  for (const [id, own] of names) {
    const image = found.get(id);
    if (image === undefined || needed.has(id) || inUse.has(id) || inUse.has(image.id)) continue;
    if (!image.tags.every((tag) => own.has(written(tag)))) continue;
    const subject = { kind: 'image', name: [...own][0] ?? id } as const;
    const because = 'superseded';
    builder.add({ kind: 'remove-image', image: image.id, force: true }, { subject, because, optional: true });
  }
  return builder.build('prune', project);
}

function written(name: string): string {
  const parsed = parseReference(name);
  return parsed === undefined ? name : formatReference({ ...parsed, digest: undefined });
}
