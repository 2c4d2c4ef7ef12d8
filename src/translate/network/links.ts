import { separator } from '../../model/names.ts';
import type { ContainerInput, LinkTarget } from '../input.ts';

/** `CONTAINER:ALIAS` entries of `links` and `external_links`. */
export function linksOf(input: ContainerInput): string[] {
  const { service, compatibility = false } = input;
  const between = separator(compatibility);
  const links = (service.links ?? []).flatMap((link) => {
    const [target = '', alias = target] = link.split(':');
    return targetsOf(input, target).flatMap(({ name, number }) => [
      `${name}:${alias}`,
      `${name}:${target}${between}${number}`,
      `${name}:${input.project.name}${between}${target}${between}${number}`,
    ]);
  });
  const external = (service.external_links ?? []).map((link) => {
    const [target = '', alias = target] = link.split(':');
    return `${target}:${alias}`;
  });
  return [...links, ...external];
}

function targetsOf(input: ContainerInput, target: string): readonly LinkTarget[] {
  if (input.linked !== undefined) return input.linked(target);
  const service = input.project.services[target];
  if (service === undefined) return [];
  const replicas = service.scale ?? service.deploy?.replicas ?? 1;
  const between = separator(input.compatibility ?? false);
  return Array.from({ length: replicas }, (_, index) => ({
    name: service.container_name ?? [input.project.name, target, index + 1].join(between),
    number: index + 1,
  }));
}
