import { expect, test } from 'vitest';
import { canonicalYaml } from '../../src/output/yaml.ts';

test('what is unset is left out, and what has a value is not', async () => {
  const service = { command: null, deploy: { replicas: 2, resources: {}, placement: {} }, entrypoint: null };
  const other = { command: [], deploy: { placement: { constraints: ['a == b'] } }, labels: {} };
  const json = JSON.stringify({
    services: { a: service, placement: other },
    networks: { default: { ipam: {} }, placement: {} },
  });
  expect(await canonicalYaml(json)).toBe(
    [
      'services:',
      '  a:',
      '    deploy:',
      '      replicas: 2',
      '  placement:',
      '    command: []',
      '    deploy:',
      '      placement:',
      '        constraints:',
      '          - a == b',
      '    labels: {}',
      'networks:',
      '  default: {}',
      '  placement: {}',
      '',
    ].join('\n'),
  );
});
