import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const file = resolve(root, 'schemas/compose.json');

interface Node {
  readonly description?: string;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Node>>;
}

/** Every schema object below a node, with its JSON pointer. */
function* nodesOf(node: unknown, pointer = ''): Generator<[string, Node]> {
  if (typeof node !== 'object' || node === null) return;
  yield [pointer, node as Node];
  for (const [key, value] of Object.entries(node)) yield* nodesOf(value, `${pointer}/${key}`);
}

const schema: unknown = JSON.parse(readFileSync(file, 'utf8'));
const nodes = [...nodesOf(schema)];

test('every attribute is described by a sentence', () => {
  const attributes = nodes
    .filter(([pointer]) => !pointer.endsWith('/properties'))
    .flatMap(([pointer, node]) =>
      Object.entries(node.properties ?? {}).map(([name, one]) => ({ pointer, name, one })),
    );
  expect(attributes.length).toBeGreaterThan(250);
  const silent = attributes.filter(({ one }) => !/^[A-Z`].+\.$/.test(one.description ?? ''));
  expect(silent.map(({ pointer, name }) => `${pointer}/${name}`)).toEqual([]);
});

test('every shape is used', () => {
  const used = new Set(nodes.map(([, node]) => node.$ref?.replace('#/$defs/', '')));
  const { $defs } = schema as { $defs: Record<string, Node> };
  expect(Object.keys($defs).filter((name) => !used.has(name))).toEqual([]);
});

const tool = resolve(root, '../shared/tools/check-schema.mjs');
const facts = resolve(root, '../shared/facts/spec-attributes.json');
test.skipIf(!existsSync(tool))('it knows each attribute of the specification, with its types', () => {
  const said = execFileSync(process.execPath, [tool, '--schema', file, '--spec', facts], {
    encoding: 'utf8',
  });
  expect(said).toMatch(/[1-9]\d* passed, 0 failed/);
});

test('bundled as CommonJS, the validator needs nothing else', async () => {
  const built = await esbuild.build({
    entryPoints: [resolve(root, 'src/schema/validate.ts')],
    bundle: true,
    write: false,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
  });
  const text = built.outputFiles[0]?.text ?? '';
  const module: { exports: Partial<typeof import('../../src/schema/validate.ts')> } = { exports: {} };
  new Function('module', 'exports', 'require', text)(module, module.exports, () => {
    throw new Error('a package is required at run time');
  });
  const problems = module.exports.validateTree?.({ services: { a: { cap_add: ['A', 'A'], command: 3 } } });
  expect(problems?.map((one) => one.keyword).sort()).toEqual(['type', 'uniqueItems']);
});
