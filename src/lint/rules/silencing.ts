import { isCode } from '../../diagnostic/codes.ts';
import { codesIn } from '../../load/silence.ts';
import { isTree } from '../../yaml/tree.ts';
import type { Rule } from '../rule.ts';

/** TSC219: `x-tscompose.ignore` with something that it can't silence. */
export const silencing: Rule = ({ tree }, report) => {
  const services = isTree(tree['services']) ? tree['services'] : {};
  const holders: readonly [string, unknown][] = [
    ['', tree],
    ...Object.entries(services).map(([name, service]): [string, unknown] => [`services.${name}.`, service]),
  ];
  for (const [path, holder] of holders) {
    for (const code of codesIn(holder)) {
      if (isCode(code) && code.startsWith('TSC2')) continue;
      report({
        code: 'TSC219',
        message: `x-tscompose.ignore: ${JSON.stringify(code)} is ${isCode(code) ? 'an error, no warning' : 'no code'}`,
        path: `${path}x-tscompose.ignore`,
        hint: 'name codes of warnings: TSC201 to TSC220',
      });
    }
  }
};
