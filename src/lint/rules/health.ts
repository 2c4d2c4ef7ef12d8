import type { Service } from '../../model/service.ts';
import type { Rule } from '../rule.ts';

/** TSC212: health that nobody judges. */
export const unjudgedHealth: Rule = ({ project }, report) => {
  for (const [name, service] of Object.entries(project.services)) {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const needed = project.services[other];
      if (condition !== 'service_healthy' || needed === undefined || needed.provider !== undefined) continue;
      const why = unjudged(needed);
      if (why === undefined) continue;
      report({
        code: 'TSC212',
        message: `service "${name}" waits until "${other}" is healthy, and "${other}" ${why}`,
        path: `services.${name}.depends_on.${other}`,
        hint: `give "${other}" a healthcheck, or wait with condition: service_started`,
      });
    }
  }
};

function unjudged({ healthcheck }: Service): string | undefined {
  if (healthcheck === undefined) return 'has no healthcheck here: unless its image brings one, start fails';
  if (healthcheck.disable === true || healthcheck.test?.[0] === 'NONE') return 'has its healthcheck disabled';
  return undefined;
}

/** TSC213: `start_interval` counts during the start period, which is 0 unless it is given. */
export const idleStartInterval: Rule = ({ project }, report) => {
  for (const [name, { healthcheck }] of Object.entries(project.services)) {
    if (healthcheck?.start_interval === undefined || healthcheck.disable === true) continue;
    const period = healthcheck.start_period;
    if (period !== undefined && period !== '0s') continue;
    report({
      code: 'TSC213',
      message: `service "${name}" has a start_interval and no start_period, so the engine never uses it`,
      path: `services.${name}.healthcheck.start_interval`,
      hint: 'add a start_period: the time that the service may take to start',
    });
  }
};

/** TSC218: who waits for the end of a service that is restarted waits for ever. */
export const endless: Rule = ({ project }, report) => {
  for (const [name, service] of Object.entries(project.services)) {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const restart = project.services[other]?.restart;
      if (condition !== 'service_completed_successfully') continue;
      if (restart !== 'always' && restart !== 'unless-stopped') continue;
      report({
        code: 'TSC218',
        message: `service "${name}" waits until "${other}" has ended, and "${other}" is restarted whenever it ends`,
        path: `services.${name}.depends_on.${other}`,
        hint: `give "${other}" restart: on-failure, or no restart at all`,
        related: [{ path: `services.${other}.restart`, message: `restart: ${restart}` }],
      });
    }
  }
};
