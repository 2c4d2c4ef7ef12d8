import type { ContainerBody, HostConfigBody } from '../../model/bodies.ts';
import type { ImageConfig } from '../../model/image.ts';
import { isLeftOut } from '../features.ts';
import type { EngineFeatures } from '../input.ts';
import { rows } from '../rows/all.ts';
import type { Cost, Row, Surroundings } from '../rows/row.ts';
import { differences, type FieldChange } from './change.ts';
import { compareImageNames } from './image.ts';
import { compareMounts } from './mounts.ts';
import { compareNetworks, type WantedContainer } from './networks.ts';

/** What a comparison has to know beside the two sides. */
export interface ComparisonContext {
  readonly facts: EngineFeatures;
  readonly image: ImageConfig;
  /** Keys of the project's networks by the engine's name. */
  readonly networkKeys?: Readonly<Record<string, string>>;
}

/** Differences, what they cost, and the update in place that would settle them. */
export interface ContainerComparison {
  readonly changes: readonly FieldChange[];
  readonly cost: Cost;
  readonly update?: {
    readonly restartPolicy?: string;
    readonly resources?: Partial<HostConfigBody>;
  };
}

/**
 * Every attribute in which a container differs from the one that would be created now. Values that the
 * engine or the image bring by themselves are no differences, nor is the order of what has none.
 */
function compareContainer(
  wanted: WantedContainer,
  observed: ContainerBody,
  context: ComparisonContext,
): FieldChange[] {
  const around = { ...context, wanted: wanted.body, observed };
  return [
    // Podman shows any of the names that the image has.
    ...(context.facts.kind === 'podman' ? [] : compareImageNames(wanted.body.Image, observed.Image)),
    ...rows.flatMap((row) => compareRow(row, around)),
    ...compareMounts(wanted.body, observed, context.image, context.facts),
    ...compareNetworks(wanted, observed, context.facts, context.networkKeys ?? {}),
  ];
}

/** The same with its cost: `update` if the engine can change all of it while the container runs. */
export function judgeContainer(
  wanted: WantedContainer,
  observed: ContainerBody,
  context: ComparisonContext,
): ContainerComparison {
  const changes = compareContainer(wanted, observed, context);
  if (changes.length === 0) return { changes, cost: 'none' };
  const around = { ...context, wanted: wanted.body, observed };
  const changed = rows.filter((row) => compareRow(row, around).length > 0);
  const covered = changed.flatMap((row) => compareRow(row, around)).length === changes.length;
  const inPlace = covered && changed.every((row) => canUpdate(row, around));
  if (!inPlace) return { changes, cost: 'recreate' };
  return { changes, cost: 'update', update: updateOf(changed, wanted.body) };
}

function compareRow(row: Row, around: Surroundings): FieldChange[] {
  if (row.hidden(around)) return [];
  const found = differences(
    row.attribute,
    row.wanted(around),
    row.observed(around),
    (field, value) => row.byItself(field, value, around),
    (before, after) => row.same(before, after, around),
  );
  return found.filter(({ field }) => !isLeftOut(field, around.facts));
}

/** Engines take a new limit, but no removal of one; Podman of these versions takes nothing. */
function canUpdate(row: Row, around: Surroundings): boolean {
  if (row.onChange !== 'update' || around.facts.kind === 'podman') return false;
  return row.path === 'HostConfig.RestartPolicy' || Object.keys(row.wanted(around)).length > 0;
}

function updateOf(
  changed: readonly Row[],
  { HostConfig }: ContainerBody,
): NonNullable<ContainerComparison['update']> {
  const resources: Partial<HostConfigBody> = {};
  for (const { path } of changed) {
    const key = path.slice('HostConfig.'.length);
    if (key !== 'RestartPolicy') Object.assign(resources, pick(HostConfig, key));
  }
  if (resources.Memory !== undefined && resources.MemorySwap === undefined) {
    // Engines refuse a limit above the swap limit that they derived from the last one.
    resources.MemorySwap = HostConfig.MemorySwap ?? 2 * resources.Memory;
  }
  const { Name, MaximumRetryCount = 0 } = HostConfig.RestartPolicy ?? { Name: 'no' };
  const policy = MaximumRetryCount > 0 ? `${Name}:${MaximumRetryCount}` : Name;
  return {
    ...(changed.some(({ path }) => path === 'HostConfig.RestartPolicy') && { restartPolicy: policy }),
    ...(Object.keys(resources).length > 0 && { resources }),
  };
}

function pick(body: HostConfigBody, key: string): Partial<HostConfigBody> {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name === key));
}
