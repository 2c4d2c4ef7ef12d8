import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprintOf } from '../../src/plan/fingerprint.ts';
import { parsePlan, planJson } from '../../src/plan/json.ts';
import { planMigrate } from '../../src/plan/migrate.ts';
import { planUp } from '../../src/plan/up.ts';
import { emptyEngine, plainMaterials, project, upIntent } from '../support/builders.ts';
import { anyEngine, anyProject } from './generate.ts';

const schema: unknown = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../schemas/plan.json'), 'utf8'),
);
const validate = new Ajv2020({ allErrors: true }).compile(schema as object);

function problems(text: string): unknown {
  validate(JSON.parse(text));
  return validate.errors ?? [];
}

test('what is printed is valid by the schema', () => {
  fc.assert(
    fc.property(anyProject, anyEngine, (of, observed) => {
      const up = planUp(of, observed, upIntent(), plainMaterials);
      expect(problems(planJson(up))).toEqual([]);
      const target = { ...emptyEngine(of, 'target'), images: {}, others: [] };
      const move = planMigrate(of, observed, target, { command: 'migrate', services: [] }, plainMaterials);
      expect(problems(planJson(move))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('a forecast and the command line are valid too', () => {
  const up = planUp(web, emptyEngine(web), upIntent(), plainMaterials);
  const request = {
    options: { build: true, scale: ['web=2'], timeout: 3 },
    global: { file: ['a'] },
    args: [],
  };
  const text = planJson({ ...up, replan: true, forecast: up, fingerprint: 'x', request });
  expect(problems(text)).toEqual([]);
  expect(parsePlan(text).request).toEqual(request);
  expect(() => parsePlan(text.replace('"file": [', '"file": [1, '))).toThrow('no command line');
});

test('the schema refuses what is no plan', () => {
  const plan = JSON.parse(planJson(planUp(web, emptyEngine(web), upIntent(), plainMaterials)));
  plan.nodes[0].operation.kind = 'format-disk';
  expect(problems(JSON.stringify(plan))).not.toEqual([]);
});

const web = project({ web: { image: 'web' } });

test.each([
  ['text', 'hello', 'it is not JSON'],
  ['a list', '[]', 'it is not an object'],
  ['another format', '{"format":2}', 'its format is 2'],
  ['an unknown operation', withNode({ operation: { kind: 'format-disk' } }), 'no known operation'],
  ['a step after itself', withNode({ after: [1] }), 'comes after steps that are not before it'],
  ['a member missing', withNode({ operation: { kind: 'remove-volume' } }), 'no known operation'],
])('%s is not taken for a plan', (_, text, message) => {
  expect(() => parsePlan(text)).toThrow(message);
});

function withNode(change: object): string {
  const node = {
    ...{ id: 1, after: [], engine: 'local', because: 'x', subject: { kind: 'volume', name: 'v' } },
    operation: { kind: 'remove-volume', name: 'v' },
    ...change,
  };
  const lists = { unchanged: [], warnings: [], questions: [], refusals: [] };
  return JSON.stringify({ format: 1, command: 'up', project: 'p', nodes: [node], ...lists });
}

test('the fingerprint moves with the project and with what the engine holds', () => {
  const empty = emptyEngine(web);
  const base = fingerprintOf(web, empty);
  expect(fingerprintOf(structuredClone(web), structuredClone(empty))).toBe(base);
  const changed = project({ web: { image: 'web', user: '1' } });
  const seen = [
    fingerprintOf(changed, empty),
    fingerprintOf(web, { ...empty, images: { web: { id: 'sha256:new' } } }),
    fingerprintOf(web, { ...empty, engine: 'other' }),
  ];
  expect(new Set([base, ...seen]).size).toBe(4);
});
