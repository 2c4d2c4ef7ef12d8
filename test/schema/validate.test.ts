import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validateTree } from '../../src/schema/validate.ts';

const web = (service: unknown) => ({ services: { web: service } });
const told = (tree: unknown) =>
  validateTree(tree).map(({ message, hint }) => (hint === undefined ? message : `${message} (${hint})`));

describe('a tree that is right', () => {
  test.each<[string, unknown]>([
    ['empty', {}],
    ['own keys', { 'x-a': 1, services: { web: { image: 'a', 'x-b': [] } } }],
    [
      'short forms',
      web({ build: '.', ports: ['80:80', 443], command: null, gpus: 'all', volumes: ['a:/b'] }),
    ],
    ['long forms', web({ build: { context: '.' }, ports: [{ target: 80 }], gpus: [{ count: 1 }] })],
    ['null resources', { networks: { a: null }, volumes: { b: null } }],
    ['keys like those of Object', web({ environment: { toString: 'a', constructor: 'b' } })],
  ])('%s', (_, tree) => expect(validateTree(tree)).toEqual([]));
});

test.each<[string, unknown, string[]]>([
  [
    'misspelt attribute',
    web({ prots: ['80'] }),
    ['services.web has no attribute "prots" (did you mean "ports"?)'],
  ],
  ['misspelt section', { servces: {} }, ['unknown top-level attribute "servces" (did you mean "services"?)']],
  [
    'service attribute at the top',
    { image: 'a' },
    ['unknown top-level attribute "image" ("image" belongs to a service)'],
  ],
  [
    'attribute one level too deep',
    web({ build: { context: '.', image: 'a' } }),
    [
      'services.web.build has no attribute "image" ("image" is an attribute of services.web: check the indentation)',
    ],
  ],
  [
    'attribute one level too high',
    web({ dockerfile: 'a' }),
    ['services.web has no attribute "dockerfile" ("dockerfile" is an attribute of "build")'],
  ],
  [
    'name of a service',
    { services: { 'a b': { image: 'a' } } },
    ['"a b" can not be a name in services (use letters, digits, ".", "_" and "-" only)'],
  ],
  [
    'empty variable',
    web({ environment: { '': 'a' } }),
    ['services.web.environment has an empty key (give it a name, or remove it)'],
  ],
  [
    'number for text',
    web({ image: 3 }),
    ['services.web.image must be text, not the number 3 (put it in quotes: "3")'],
  ],
  [
    'text for a list',
    web({ profiles: 'dev' }),
    ['services.web.profiles must be a list, not the text "dev" (write it as a list: ["dev"])'],
  ],
  ['list for a mapping', { services: [] }, ['services must be a mapping, not a list']],
  [
    'nothing',
    web({ environment: null }),
    ['services.web.environment must be a list or a mapping, not null (give it a value, or remove the key)'],
  ],
  [
    'mapping that was meant as text',
    web({ command: ['echo', { a: 'b' }] }),
    ['services.web.command[1] must be text, not a mapping (put the text in quotes if it contains ": ")'],
  ],
  [
    'missing key',
    web({ volumes: [{ target: '/a' }] }),
    ['services.web.volumes[0] has no "type", which it needs'],
  ],
  [
    'choice',
    web({ depends_on: { db: { condition: 'service_healty' } } }),
    [
      'services.web.depends_on.db.condition must be "service_completed_successfully", "service_healthy" or ' +
        '"service_started", not the text "service_healty" (did you mean "service_healthy"?)',
    ],
  ],
  [
    'pattern',
    web({ pull_policy: 'sometimes' }),
    [
      'services.web.pull_policy can not be the text "sometimes" (use always, never, missing, build, refresh, daily, ' +
        'weekly, or a time such as every_12h (units: w, d, h, m, s))',
    ],
  ],
  [
    'maximum',
    web({ oom_score_adj: 1001 }),
    ['services.web.oom_score_adj must be at most 1000, not the number 1001'],
  ],
  ['minimum', web({ cpu_count: -1 }), ['services.web.cpu_count must be at least 0, not the number -1']],
  [
    'twice the same',
    web({ cap_add: ['A', 'B', 'A'] }),
    ['services.web.cap_add has the text "A" twice: items 1 and 3 are the same (remove one of them)'],
  ],
  [
    'alternatives: one of them fits the type',
    web({ gpus: 'none' }),
    ['services.web.gpus must be "all", not the text "none"'],
  ],
  [
    'alternatives: none of them fits the type',
    web({ gpus: 3 }),
    ['services.web.gpus must be text or a list, not the number 3 (put it in quotes: "3")'],
  ],
  [
    'alternatives: a fault inside one',
    web({ gpus: [{ count: [] }] }),
    ['services.web.gpus[0].count must be text or a whole number, not a list'],
  ],
  ['no mapping at all', 'hello', ['the file must be a mapping, not the text "hello"']],
])('%s', (_, tree, words) => expect(told(tree)).toEqual(words));

test.each<[string, unknown, string]>([
  [
    'several types',
    { environment: { A: [] } },
    'environment.A must be text, a number, a boolean or null, not a list',
  ],
  ['only a boolean', { use_api_socket: 'sure' }, 'use_api_socket must be true or false, not the text "sure"'],
  [
    'number among numbers',
    { mem_swappiness: 0.5 },
    'mem_swappiness must be text or a whole number, not the number 0.5',
  ],
  [
    'short choices',
    { volumes: [{ type: 'bind', bind: { selinux: 'y' } }] },
    'volumes[0].bind.selinux must be "Z" or "z", not the text "y"',
  ],
  [
    'number for a list',
    { sysctls: 5 },
    'sysctls must be a list or a mapping, not the number 5 (write it as a list: ["5"])',
  ],
  [
    'empty item',
    { cap_add: [null] },
    'cap_add[0] must be text, not null (give it a value, or remove the item)',
  ],
])('%s', (_, service, words) => expect(told(web(service))).toEqual([`services.web.${words}`]));

test('all problems are told, each with its path', () => {
  const tree = { services: { 'a/b': {}, '0': { ports: [{ target: {} }, '80'], 'b~c': 1 } }, x: 1 };
  expect(validateTree(tree).map(({ path, keyword }) => [keyword, path])).toEqual(
    expect.arrayContaining([
      ['additionalProperties', ['x']],
      ['additionalProperties', ['services', 'a/b']],
      ['additionalProperties', ['services', '0', 'b~c']],
      ['type', ['services', '0', 'ports', 0, 'target']],
    ]),
  );
  expect(validateTree(tree)).toHaveLength(4);
});

test('long texts are shortened', () => {
  const [problem] = validateTree(web({ cgroup: 'x'.repeat(500) }));
  expect(problem?.message.length).toBeLessThan(150);
});

test('any tree gets an answer, and each problem a message', () => {
  const key = fc.constantFrom(
    'services',
    'web',
    'ports',
    'gpus',
    'build',
    'networks',
    'x-a',
    'volumes',
    'a b',
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom<unknown>(null, true, 3, 1.5, 'all', ''),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      for (const { message, path } of validateTree(value)) {
        expect(message).not.toMatch(/undefined|\[object|breaks the rule/);
        expect(path.every((part) => part !== undefined)).toBe(true);
      }
    }),
  );
});
