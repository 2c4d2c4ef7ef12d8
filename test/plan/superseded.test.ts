import { expect, test } from 'vitest';
import { planSuperseded, type SupersededInput } from '../../src/plan/superseded.ts';

/** Images that would be removed. Generations are lists of ids; each image was called `app:ID`. */
function removed(
  generations: readonly (readonly string[])[],
  more: Partial<Pick<SupersededInput, 'inUse' | 'tags'>> = {},
): readonly string[] {
  const named = generations.map((ids) => Object.fromEntries(ids.map((id) => [id, [`app:${id}`]])));
  const tags = new Map(generations.flat().map((id) => [id, [] as readonly string[]]));
  const input = { project: 'p', engine: 'e', generations: named, inUse: new Set<string>(), tags, ...more };
  return planSuperseded(input).nodes.map(({ operation }) => ('image' in operation ? operation.image : ''));
}

test('what runs, and what ran before, stays', () => {
  expect(removed([['a']])).toEqual([]);
  expect(removed([['a'], ['b']])).toEqual([]);
  expect(removed([['a'], ['b'], ['c']])).toEqual(['a']);
  expect(
    removed([
      ['a', 'x'],
      ['b', 'x'],
      ['a', 'x'],
    ]),
  ).toEqual([]);
});

test('so does what any container uses, what has other names, and what is gone', () => {
  const three = [['a'], ['b'], ['c']];
  expect(removed(three, { inUse: new Set(['a']) })).toEqual([]);
  expect(removed(three, { tags: new Map([['a', ['other:1']]]) })).toEqual([]);
  expect(removed(three, { tags: new Map() })).toEqual([]);
});

test('by its own names an image goes, however they are written', () => {
  const tags = new Map([['a', ['docker.io/library/app:a']]]);
  expect(removed([['a'], ['b'], ['c']], { tags })).toEqual(['a']);
});
