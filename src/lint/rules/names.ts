import type { Rule } from '../rule.ts';
import { replicasOf } from '../services.ts';

/** TSC211, TSC220: names of containers. That one has replicas, too, is an error already when files are loaded. */
export const names: Rule = ({ project }, report) => {
  for (const [name, service] of Object.entries(project.services)) {
    const given = service.container_name;
    if (given === undefined) continue;
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(given)) {
      report({
        code: 'TSC220',
        message: `service "${name}": engines refuse the container_name ${JSON.stringify(given)}`,
        path: `services.${name}.container_name`,
        hint: 'use two or more letters, digits, "_", "." and "-", and start with a letter or digit',
      });
    }
    if (replicasOf(service) > 1) continue;
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
