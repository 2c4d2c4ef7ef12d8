import { usedResources } from '../../load/select.ts';
import type { Rule } from '../rule.ts';

/** TSC208: what is defined at the top level and no service uses, whatever its profiles. */
export const unused: Rule = ({ project }, report) => {
  if (Object.keys(project.services).length === 0) return;
  const used = usedResources(project);
  for (const kind of ['networks', 'volumes', 'secrets', 'configs', 'models'] as const) {
    for (const key of Object.keys(project[kind])) {
      if (used[kind].has(key) || (kind === 'networks' && key === 'default')) continue;
      report({
        code: 'TSC208',
        message: `no service uses the ${kind.slice(0, -1)} "${key}"`,
        path: `${kind}.${key}`,
        hint: 'remove it, or use it in a service',
      });
    }
  }
};
