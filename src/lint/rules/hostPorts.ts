import type { Port, Service } from '../../model/service.ts';
import type { Rule } from '../rule.ts';
import { replicasOf, runTogether } from '../services.ts';

interface Use {
  readonly name: string;
  readonly service: Service;
  readonly host: string;
  readonly path: string;
}

/** TSC205: a port of the host that two containers want. A range leaves the choice to the engine. */
export const hostPorts: Rule = ({ project, activeProfiles }, report) => {
  const uses = new Map<string, Use[]>();
  for (const [name, service] of Object.entries(project.services)) {
    for (const [i, port] of (service.ports ?? []).entries()) {
      if (!/^\d+$/.test(port.published ?? '') || Number(port.published) === 0) continue;
      const key = `${Number(port.published)}/${port.protocol ?? 'tcp'}`;
      const use = { name, service, host: addressOf(port), path: `services.${name}.ports[${i}]` };
      const count = replicasOf(service);
      if (count > 1) {
        report({
          code: 'TSC205',
          message: `the ${count} containers of service "${name}" all want the port ${key} of the host`,
          path: use.path,
          hint: 'give a range of host ports, or only the port of the container: the engine then chooses',
        });
      }
      const clash = uses.get(key)?.find((other) => overlap(use, other, activeProfiles));
      if (clash !== undefined) report(clashOf(use, clash, key));
      uses.set(key, [...(uses.get(key) ?? []), use]);
    }
  }
};

function clashOf(use: Use, other: Use, key: string) {
  const who =
    use.name === other.name
      ? `service "${use.name}" publishes the port ${key} of the host twice`
      : `services "${other.name}" and "${use.name}" both publish the port ${key} of the host`;
  return {
    code: 'TSC205',
    message: `${who}: the second container can't start`,
    path: use.path,
    hint: 'publish another port, or bind one of them to another address of the host',
    related: [{ path: other.path, message: 'it is published here, too' }],
  } as const;
}

function overlap(a: Use, b: Use, activeProfiles: readonly string[]): boolean {
  const sameHost = a.host === '' || b.host === '' || a.host === b.host;
  return sameHost && (a.name === b.name || runTogether(a.service, b.service, activeProfiles));
}

/** Empty for all addresses. */
function addressOf({ host_ip: address = '' }: Port): string {
  return address === '0.0.0.0' || address === '::' ? '' : address;
}
