import type { Project } from './project.ts';
import type { Hook, Service } from './service.ts';

/** An image that a project takes from elsewhere. */
export interface ImageUse {
  readonly service: string;
  readonly image: string;
  /** As the service asks for it; undefined: the engine's own. */
  readonly platform: string | undefined;
}

/** A project with other image references. `rename` gets each with the service that uses it. */
export type Rename = (use: ImageUse) => string;

/** Images that are pulled, not built: of services, of hooks that run in containers of their own, of mounts. */
export function pulledImages(services: Project['services']): readonly ImageUse[] {
  const uses: ImageUse[] = [];
  renameIn(services, (use) => {
    uses.push(use);
    return use.image;
  });
  return uses;
}

/** The project with every image that is pulled renamed, in inactive services too. */
export function renameImages(project: Project, rename: Rename): Project {
  return {
    ...project,
    services: renameIn(project.services, rename),
    disabledServices: renameIn(project.disabledServices, rename),
  };
}

function renameIn(services: Project['services'], rename: Rename): Project['services'] {
  return Object.fromEntries(
    Object.entries(services).map(([name, one]) => [name, renamed(name, one, rename)]),
  );
}

function renamed(service: string, from: Service, rename: Rename): Service {
  const { image, platform, build, provider, volumes, pre_start: hooks } = from;
  const to = (one: string) => rename({ service, image: one, platform });
  const pulled = image !== undefined && build === undefined && provider === undefined;
  return {
    ...from,
    ...(pulled && { image: to(image) }),
    ...(hooks !== undefined && { pre_start: hooks.map((hook) => renamedHook(hook, to)) }),
    ...(volumes !== undefined && {
      volumes: volumes.map((mount) =>
        mount.type === 'image' && mount.source !== undefined ? { ...mount, source: to(mount.source) } : mount,
      ),
    }),
  };
}

function renamedHook(hook: Hook, to: (image: string) => string): Hook {
  return hook.image === undefined ? hook : { ...hook, image: to(hook.image) };
}
