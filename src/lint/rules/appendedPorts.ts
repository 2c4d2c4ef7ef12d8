import type { Rule } from '../rule.ts';

/** TSC209: lists append, so an override of a port publishes both. */
export const appendedPorts: Rule = ({ project, locate }, report) => {
  for (const [name, service] of Object.entries(project.services)) {
    const seen = new Map<
      string,
      { readonly path: string; readonly file: string; readonly published: string }
    >();
    for (const [i, { target, protocol = 'tcp', published }] of (service.ports ?? []).entries()) {
      if (published === undefined) continue;
      const path = `services.${name}.ports[${i}]`;
      const file = locate(path).at(-1)?.file;
      if (file === undefined) continue;
      const key = `${target}/${protocol}`;
      const earlier = seen.get(key);
      seen.set(key, { path, file, published });
      if (earlier === undefined || earlier.file === file) continue;
      report({
        code: 'TSC209',
        message: `service "${name}" publishes its port ${key} at ${earlier.published} and at ${published}: the later file adds a port, it does not replace the earlier one`,
        path,
        hint: 'to replace the list, write "ports: !override" in the later file',
        related: [{ path: earlier.path, message: 'the earlier file publishes it here' }],
      });
    }
  }
};
