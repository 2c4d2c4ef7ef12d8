import type { Project } from '../model/project.ts';

/** What a project was after a successful `up`. */
export interface Revision {
  /** Counts from 1 and never again. */
  readonly number: number;
  /** RFC 3339. */
  readonly time: string;
  /** What made it: `up`, `rollback to 3`. */
  readonly command: string;
  readonly content: RevisionContent;
}

/** What makes two revisions differ. */
export interface RevisionContent {
  /** Without the variables of the shell, which are nobody's business. */
  readonly project: Project;
  /** Id of the image that each service's containers were made from. */
  readonly images: Readonly<Record<string, string>>;
}

/** The content after an `up`: services that it did not handle stay as they were in the revision before. */
export function contentOf(
  project: Project,
  images: Readonly<Record<string, string>>,
  before: RevisionContent | undefined,
  scale: Readonly<Record<string, number>>,
): RevisionContent {
  const scaled = Object.entries(project.services).map(([name, service]) => {
    const wanted = scale[name];
    return [name, wanted === undefined ? service : { ...service, scale: wanted }] as const;
  });
  const kept = Object.entries(before?.project.services ?? {}).filter(
    ([name]) => name in project.disabledServices,
  );
  const services = Object.fromEntries([...kept, ...scaled].sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    project: { ...project, services, disabledServices: {}, environment: {}, activeProfiles: [] },
    images: Object.fromEntries(
      Object.keys(services).flatMap((name) => {
        const id = images[name] ?? before?.images[name];
        return id === undefined ? [] : [[name, id]];
      }),
    ),
  };
}

/** The revision of that number, or so many before the newest for a number below 1. */
export function revisionAt(revisions: readonly Revision[], number: number): Revision | undefined {
  if (number < 1) return revisions.at(number - 1);
  return revisions.findLast((one) => one.number === number);
}

/** The same content for a project with another name: what is named after the project is named after the new one. */
export function renamed(
  { project, images }: RevisionContent,
  before: string,
  after: string,
): RevisionContent {
  const all = <T extends { readonly name: string }>(things: Readonly<Record<string, T>>) =>
    Object.fromEntries(
      Object.entries(things).map(([key, thing]) => [
        key,
        thing.name === `${before}_${key}` ? { ...thing, name: `${after}_${key}` } : thing,
      ]),
    );
  return {
    project: {
      ...{ ...project, name: after, networks: all(project.networks), volumes: all(project.volumes) },
      ...{ configs: all(project.configs), secrets: all(project.secrets) },
    },
    images,
  };
}
