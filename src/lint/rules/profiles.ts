import type { Rule } from '../rule.ts';
import { isActive } from '../services.ts';

/** TSC210: with some choice of profiles a service runs and one that it needs does not. */
export const profiles: Rule = ({ project, activeProfiles }, report) => {
  for (const [name, service] of Object.entries(project.services)) {
    for (const [other, { required }] of Object.entries(service.depends_on ?? {})) {
      const needed = project.services[other]?.profiles;
      if (!required || needed === undefined || activeProfiles.includes('*')) continue;
      const alone = service.profiles?.find((profile) => !needed.includes(profile));
      if (service.profiles !== undefined && alone === undefined) continue;
      // Files are refused already, as they are loaded now.
      if (isActive(service, activeProfiles) && !isActive({ profiles: needed }, activeProfiles)) continue;
      const path = `services.${name}.depends_on.${other}`;
      const when = alone === undefined ? 'which always runs' : `which runs with the profile "${alone}" alone`;
      report({
        code: 'TSC210',
        message: `service "${name}", ${when}, depends on "${other}", which runs only with the profile ${needed.map((one) => `"${one}"`).join(' or ')}`,
        path,
        hint: `give "${other}" the profiles of "${name}", or write required: false`,
      });
    }
  }
};
