import type { Rule } from '../rule.ts';

/** TSC211: replicas that a fixed name will not allow. More than one is an error already when files are loaded. */
export const names: Rule = ({ project }, report) => {
  for (const [name, service] of Object.entries(project.services)) {
    if (service.container_name === undefined) continue;
    const scaled =
      service.scale !== undefined
        ? 'scale'
        : service.deploy?.replicas !== undefined
          ? 'deploy.replicas'
          : service.deploy?.update_config?.order === 'start-first'
            ? 'deploy.update_config.order'
            : undefined;
    if (scaled === undefined) continue;
    report({
      code: 'TSC211',
      message: `service "${name}" has a container_name, so ${scaled} never gives it a second container`,
      path: `services.${name}.container_name`,
      hint: `leave the container_name out, or leave out ${scaled}`,
      related: [{ path: `services.${name}.${scaled}`, message: `${scaled} is written here` }],
    });
  }
};
