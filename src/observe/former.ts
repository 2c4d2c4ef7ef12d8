import type { ContainerSummary, VolumeSummary } from '../engine/engine.ts';
import { label } from '../model/labels.ts';
import type { Project } from '../model/project.ts';
import { groupBy } from '../util/group-by.ts';

/** A project under another name whose volumes are most likely those that this one had before. */
export interface FormerName {
  readonly project: string;
  /** Names of its volumes that stand for some of this project's. */
  readonly volumes: readonly string[];
  /** `folder`: it was made from this folder; `moved`: from one that is gone; `volumes`: only its volumes tell. */
  readonly by: 'folder' | 'moved' | 'volumes';
  /** False where the name was typed for this very command: then two names are likely meant. */
  readonly ask: boolean;
}

/** Where a project was made from. */
export interface Origin {
  readonly workingDir: string;
  readonly configFiles: readonly string[];
  readonly services: readonly string[];
}

/** What is known beside the volumes. */
export interface FormerFacts {
  /** Containers of all projects. */
  readonly containers: readonly ContainerSummary[];
  /** What revisions tell of projects without containers. */
  readonly remembered: ReadonlyMap<string, Origin>;
  /** True if the path is on this machine. */
  readonly isThere: (path: string) => boolean;
  /** Seconds since 1970. */
  readonly now: number;
}

/** Seconds: younger volumes without a container are likely those of an `up` that is under way. */
const settled = 60;

const strength = ['volumes', 'moved', 'folder'] as const;

/** Volumes of other projects that have the name which this one's would have there, by project. */
export function likeOurs(
  project: Project,
  volumes: readonly VolumeSummary[],
): ReadonlyMap<string, readonly VolumeSummary[]> {
  const keys = new Set(ownKeys(project));
  const like = volumes.filter(({ name, labels }) => {
    const [other, key] = [labels[label.project], labels[label.volume]];
    if (other === undefined || key === undefined || other === project.name) return false;
    return keys.has(key) && name === `${other}_${key}`;
  });
  return groupBy(like, ({ labels }) => labels[label.project] ?? '');
}

/** The project that most likely had this one's volumes: the best proof counts, then the newest volume. */
export function formerName(
  project: Project,
  volumes: readonly VolumeSummary[],
  facts: FormerFacts,
): Omit<FormerName, 'ask'> | undefined {
  const [best] = [...likeOurs(project, volumes)]
    .flatMap(([name, like]) => {
      const by = proofOf(project, name, like, volumes, facts);
      return by === undefined ? [] : [{ project: name, volumes: like.map((v) => v.name).sort(), by, like }];
    })
    .sort((a, b) => strength.indexOf(b.by) - strength.indexOf(a.by) || newest(b.like) - newest(a.like));
  if (best === undefined) return undefined;
  const { like: _, ...found } = best;
  return found;
}

function proofOf(
  project: Project,
  name: string,
  like: readonly VolumeSummary[],
  all: readonly VolumeSummary[],
  { containers, remembered, isThere, now }: FormerFacts,
): FormerName['by'] | undefined {
  const own = containers.filter(({ labels }) => labels[label.project] === name).map(originOf);
  const past = remembered.get(name);
  const origins = own.length > 0 || past === undefined ? own : [past];
  if (origins.length === 0) {
    const theirs = all.filter(({ labels }) => labels[label.project] === name).length;
    const same = theirs === like.length && like.length === ownKeys(project).length;
    return same && now - newest(like) > settled ? 'volumes' : undefined;
  }
  if (origins.every((origin) => isHere(project, origin))) return 'folder';
  const gone = origins.every(
    ({ workingDir, services }) =>
      workingDir !== '' &&
      !isThere(workingDir) &&
      services.every((one) => one in project.services || one in project.disabledServices),
  );
  return gone ? 'moved' : undefined;
}

function isHere(project: Project, { workingDir, configFiles }: Origin): boolean {
  return workingDir === project.workingDir || configFiles.some((file) => project.configFiles.includes(file));
}

function originOf({ labels }: ContainerSummary): Origin {
  return {
    workingDir: labels[label.workingDir] ?? '',
    configFiles: (labels[label.configFiles] ?? '').split(',').filter((file) => file !== ''),
    services: [labels[label.service] ?? ''],
  };
}

/** Keys of the volumes that are named after the project. */
export function ownKeys({ name, volumes }: Project): readonly string[] {
  return Object.keys(volumes).filter((key) => {
    const volume = volumes[key]!;
    return !volume.external && volume.name === `${name}_${key}`;
  });
}

function newest(volumes: readonly VolumeSummary[]): number {
  return Math.max(0, ...volumes.map(({ created }) => (Date.parse(created) || 0) / 1000));
}
