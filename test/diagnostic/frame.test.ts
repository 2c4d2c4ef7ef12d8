import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawFrame } from '../../src/diagnostic/frame.ts';
import { plain } from '../../src/diagnostic/paint.ts';

const draw = (text: string, line: number, column: number, length?: number) =>
  drawFrame(text, { file: 'a', line, column, ...(length === undefined ? {} : { length }) }, plain)?.split(
    '\n',
  );

test.each<[string, Parameters<typeof draw>, string[]]>([
  ['first line', ['a: b\n', 1, 4], ['  > 1 | a: b', '      |    ^']],
  ['no length: one caret', ['name: x', 1, 1], ['  > 1 | name: x', '      | ^']],
  ['after the end of the line', ['a:\n', 1, 3], ['  > 1 | a:', '      |   ^']],
  ['marks no further than the line', ['a: b\nc', 1, 4, 50], ['  > 1 | a: b', '      |    ^']],
  ['tabs', ['\t\tx', 1, 3], ['  > 1 |     x', '      |     ^']],
  ['wide characters', ['名: x', 1, 4], ['  > 1 | 名: x', '      |     ^']],
  ['an empty line before is left out', ['\na', 2, 1], ['  > 2 | a', '      | ^']],
  ['numbers of different length', [`${'x\n'.repeat(9)}y`, 10, 1], ['     9 | x', '  > 10 | y', '       | ^']],
])('%s', (_, args, lines) => expect(draw(...args)).toEqual(lines));

test('a line that is not there has no frame', () => {
  expect(draw('a\nb', 3, 1)).toBeUndefined();
  expect(draw('a', 1, 9)).toBeUndefined();
});

test('long lines are cut around the mark', () => {
  const frame = draw(`${'a'.repeat(300)}HERE${'b'.repeat(300)}`, 1, 301, 4) ?? [];
  expect(frame[0]).toContain('HERE');
  expect(frame[0]?.length).toBeLessThan(120);
  expect(frame[1]?.indexOf('^')).toBe(frame[0]?.indexOf('HERE'));
});

test('no text breaks a frame, and the caret stands in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(200), fc.nat(30), (line, at, length) => {
      const text = line.replaceAll('\n', ' ');
      const frame = draw(text, 1, Math.min(at, text.replace(/\r$/, '').length) + 1, length);
      expect(frame).toHaveLength(2);
      expect(frame?.[1]).toMatch(/^ {6}\| +\^+$/);
      expect(frame?.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }),
  );
});
