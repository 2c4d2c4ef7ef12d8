import { expect, test } from 'vitest';
import type { YamlProblem } from '../../src/yaml/construct.ts';
import { Origins, placeOf } from '../../src/yaml/origins.ts';
import { parseDocuments } from '../../src/yaml/parse.ts';

function parse(text: string): { documents: unknown[]; problems: YamlProblem[]; origins: Origins } {
  const origins = new Origins();
  const problems: YamlProblem[] = [];
  const documents = parseDocuments({ file: 'f', text }, origins, (p) => problems.push(p));
  return { documents, problems, origins };
}

test('keeps where keys and entries stand', () => {
  const { documents, origins } = parse('services:\n  web:\n    ports:\n      - "80"\n');
  const [tree] = documents as [{ services: { web: { ports: string[] } } }];
  const place = (container: object, key: string | number) => placeOf(origins.of(container, key)[0]!);
  expect(place(tree.services, 'web')).toEqual({ file: 'f', line: 2, column: 3, length: 3 });
  expect(place(tree.services.web.ports, 0)).toEqual({ file: 'f', line: 4, column: 9, length: 4 });
});

test('explicit keys win over merged ones, the first merged mapping over later ones', () => {
  const { documents } = parse('a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 3}\n');
  expect(documents[0]).toMatchObject({ c: { x: 3, y: 1, z: 2 } });
});

test.each([
  ['a: 1\na: 2\n', 'TSC102'],
  ['1: one\n', 'TSC104'],
  ['a: *nope\n', 'TSC103'],
  ['a: &a {b: *a}\n', 'TSC103'],
  ['a: {<<: [x, y]}\n', 'TSC103'],
  ['a: [1\n', 'TSC101'],
])('%j is refused with %s', (text, code) => {
  expect(parse(text).problems.map((p) => p.code)).toContain(code);
});

test('refuses a bomb of aliases at once', () => {
  const levels = Array.from({ length: 12 }, (_, i) =>
    i === 0
      ? 'l0: &l0 [x]'
      : `l${i}: &l${i} [${Array(9)
          .fill(`*l${i - 1}`)
          .join(', ')}]`,
  );
  const started = performance.now();
  expect(parse(`${levels.join('\n')}\n`).problems.map((p) => p.code)).toEqual(['TSC103']);
  expect(performance.now() - started).toBeLessThan(2000);
});

test('tabs may stand between the parts of a flow collection', () => {
  expect(parse('a: {b:\t1,\n\tc: "x\ty"}\n').documents).toEqual([{ a: { b: 1, c: 'x\ty' } }]);
});
