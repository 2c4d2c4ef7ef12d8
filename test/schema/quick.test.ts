import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { validate } from '../../src/schema/generated/compose.js';
import { schema } from '../../src/schema/generated/schema.js';
import { QuickValidator } from '../../src/schema/quick.ts';
import type { Schema } from '../../src/schema/shape.ts';
import { Origins } from '../../src/yaml/origins.ts';
import { parseDocuments } from '../../src/yaml/parse.ts';

const quick = new QuickValidator(schema);

/** Both validators have the same opinion. */
function agree(tree: unknown): void {
  if (quick.accepts(tree) !== validate(tree)) expect.fail(`they differ about ${JSON.stringify(tree)}`);
}

const root = resolve(import.meta.dirname, '../..');
const trees = ['test/diagnostics', 'examples', '../shared/corpus/cases']
  .map((folder) => resolve(root, folder))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
  .flatMap((entry) => {
    const file = join(entry.parentPath, entry.name);
    return parseDocuments({ file, text: readFileSync(file, 'utf8') }, new Origins(), () => {});
  });

test('both validators agree about real files', () => {
  expect(trees.length).toBeGreaterThan(100);
  for (const tree of trees) agree(tree);
  expect(trees.some((tree) => quick.accepts(tree))).toBe(true);
});

const shapes: Readonly<Record<string, Schema>> = schema.$defs ?? {};
const names = [...new Set(Object.values(shapes).flatMap(namesIn))];

function namesIn(shape: Schema): string[] {
  return Object.keys(shape.properties ?? {});
}

const scalar = fc.oneof(
  ...[fc.string({ maxLength: 4 }), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)],
  fc.constantFrom('all', 'always', 'service_healthy', 'x-a', 'a=b', '80', 80, -1, 0, 1, 1001, 0.5),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names, 'x-a', 'a', 'a b', ''), tie('tree'), { maxKeys: 3 }),
  ),
}));

test('both validators agree about anything', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), tree, { maxKeys: 5 }), tree, (web, other) => {
      agree({ services: { web } });
      agree({ services: { web: { image: 'a', ...web } }, networks: other, volumes: { data: other } });
    }),
    { seed: 20_261_124, numRuns: 3_000 },
  );
});
