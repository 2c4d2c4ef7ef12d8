import { placeOf } from '../../yaml/origins.ts';
import { Tagged } from '../../yaml/tagged.ts';
import { isTree } from '../../yaml/tree.ts';
import type { FileRule } from '../rule.ts';

/** A number of base 60 in YAML 1.1, such as 22:22. */
const base60 = /^[1-9][0-9]*:[0-5]?[0-9]$/;

/** TSC217: ports without quotes that other readers of YAML take for a number. */
export const base60Ports: FileRule = ({ documents, origins }, report) => {
  for (const { services } of documents) {
    for (const [name, service] of Object.entries(isTree(services) ? services : {})) {
      const given = isTree(service) ? service['ports'] : undefined;
      const ports = given instanceof Tagged ? given.value : given;
      if (!Array.isArray(ports)) continue;
      for (const [i, port] of ports.entries()) {
        const origin = origins.of(ports, i).at(-1);
        if (typeof port !== 'string' || origin === undefined || !base60.test(port)) continue;
        const { source, offset } = origin;
        if (!source.text.startsWith(port, offset)) continue;
        report({
          code: 'TSC217',
          message: `services.${name}.ports[${i}]: YAML 1.1 reads ${port} as the number ${numberOf(port)}`,
          path: `services.${name}.ports[${i}]`,
          place: placeOf(origin),
          hint: `put it in quotes: "${port}"`,
          fix: { kind: 'quote', file: source.file, offset },
        });
      }
    }
  }
};

function numberOf(text: string): number {
  return text.split(':').reduce((value, digits) => value * 60 + Number(digits), 0);
}
