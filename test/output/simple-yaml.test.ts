import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simpleYaml } from '../../src/output/simple-yaml.ts';
import { canonicalYaml, libraryYaml } from '../../src/output/yaml.ts';

const word = fc.oneof(
  { arbitrary: fc.stringMatching(/^[A-Za-z/][A-Za-z0-9_./@+-]{0,10}$/), weight: 12 },
  fc.string({ maxLength: 8 }),
  fc.stringMatching(/^[A-Za-z/][A-Za-z0-9_./@+: -]{0,10}$/),
  fc.constantFrom(
    'yes',
    'No',
    'null',
    'NULL',
    '~',
    'on',
    '127.0.0.1',
    '8080',
    '0',
    '007',
    '1e3',
    'nginx:1.2',
  ),
  fc.constantFrom(
    'a: b',
    'a #b',
    'a:',
    '- a',
    '{a',
    '.inf',
    '.5',
    '1:30',
    '2026-01-02',
    'a b',
    '@a',
    '=',
    '<<',
  ),
);
const leaf = fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), fc.double());
const tree = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('map')),
  map: fc.dictionary(word, tie('value'), { maxKeys: 4, noNullPrototype: true }),
})).map;

test('what is written without the library is what the library writes', async () => {
  let simple = 0;
  await fc.assert(
    fc.asyncProperty(tree, async (value) => {
      const text = simpleYaml(value);
      if (text === undefined) return;
      simple += 1;
      expect(text).toBe(await libraryYaml(value));
    }),
    { numRuns: 4000 },
  );
  expect(simple).toBeGreaterThan(300);
});

test('a usual project is simple', () => {
  const project = {
    name: 'shop',
    services: {
      web: {
        command: ['npm', 'start'],
        image: 'node:22',
        ports: [{ mode: 'ingress', target: 80, published: '8080', protocol: 'tcp', host_ip: '127.0.0.1' }],
        depends_on: { db: { condition: 'service_healthy', required: true } },
        networks: { default: null },
      },
    },
    networks: { default: { name: 'shop_default' } },
    volumes: {},
  };
  expect(simpleYaml(project)).toContain('    ports:\n      - mode: ingress\n        target: 80\n');
});

test('what a project has only because it is unset is not printed', async () => {
  const deploy = { endpoint_mode: 'vip', resources: {}, placement: {} };
  const develop = { watch: [{ path: '/a', action: 'rebuild', exec: { command: null } }] };
  const project = {
    services: { a: { command: null, image: 'a', deploy, develop } },
    networks: { net: { ipam: {} } },
  };
  expect(await canonicalYaml(JSON.stringify(project))).toBe(`services:
  a:
    image: a
    deploy:
      endpoint_mode: vip
    develop:
      watch:
        - path: /a
          action: rebuild
networks:
  net: {}
`);
});
