import { moveLabel } from '../model/labels.ts';
import { containerName } from '../model/names.ts';
import type { Project } from '../model/project.ts';
import type { Observed } from '../observe/observed.ts';
import type { PlanBuilder } from './builder.ts';

/**
 * Refuses a rename that would fail half-way, or take what is not its own.
 * @param id of the interrupted move that goes on: what it marked is its own. What is marked otherwise may be in use by now
 */
export function refuseRename(
  builder: PlanBuilder,
  old: Project,
  project: Project,
  source: Observed,
  target: Observed,
  id: string | undefined,
): void {
  const refuse = (code: string, message: string, hint: string) => builder.refuse(code, message, 3, hint);
  const isOurs = ({ labels }: { readonly labels: Readonly<Record<string, string>> }) =>
    id !== undefined && labels[moveLabel] === id;
  const volumes = Object.values(old.volumes).map(({ name }) => name);
  const empty = source.containers.length === 0 && !source.volumes.some(({ name }) => volumes.includes(name));
  if (empty) {
    refuse(
      'nothing-to-move',
      `${old.name} has no container and no volume on ${source.engine}`,
      'see tscompose ls --all',
    );
  }
  const taken = target.containers.filter((c) => !isOurs(c));
  if (taken.length > 0) {
    const names = taken.map(({ name }) => name).join(', ');
    const hint = `take another name; or, if nobody needs what is there: tscompose -p ${project.name} down --volumes`;
    refuse('target-in-use', `a project ${project.name} is there already: ${names}`, hint);
  }
  for (const name of Object.keys(project.services)) {
    if (containerName(project, name, 1) !== containerName(old, name, 1)) continue;
    const hint = 'remove container_name, or make it contain the project name';
    refuse('name-taken', `container_name of ${name} is the same under both names`, hint);
  }
  for (const [key, network] of Object.entries(project.networks)) {
    const before = old.networks[key]!.name;
    if (network.name === before || (network.ipam.config ?? []).length === 0) continue;
    const hint = `remove "ipam" from network ${key}, or give it a "name"`;
    refuse('subnet-taken', `network ${before} has a fixed subnet, which two networks can't have`, hint);
  }
  for (const [key, volume] of Object.entries(project.volumes)) {
    const before = old.volumes[key]!.name;
    if (volume.external || volume.name === before) continue;
    if (!source.volumes.some((one) => one.name === before)) continue;
    const present = target.volumes.find((one) => one.name === volume.name);
    if (present === undefined || isOurs(present)) continue;
    const hint = `if nobody needs it: tscompose -p ${project.name} down --volumes`;
    refuse('volume-exists', `volume ${volume.name} exists and may hold data`, hint);
  }
}
