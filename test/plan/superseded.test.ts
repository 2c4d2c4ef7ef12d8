import { expect, test } from 'vitest';
import { planSuperseded, type SupersededInput } from '../../src/plan/superseded.ts';

/** Images that would be removed. Generations are lists of ids; each image was called `app:ID`. */
function removed(
  generations: readonly (readonly string[])[],
  more: Partial<Pick<SupersededInput, 'inUse' | 'found'>> = {},
): readonly string[] {
  const named = generations.map((ids) => Object.fromEntries(ids.map((id) => [id, [`app:${id}`]])));
  const found = has(generations.flat().map((id) => [id, []]));
  const input = { project: 'p', engine: 'e', generations: named, inUse: new Set<string>(), found, ...more };
  return planSuperseded(input).nodes.map(({ operation }) => ('image' in operation ? operation.image : ''));
}

/** Images of the engine, with their names. */
function has(images: readonly (readonly [id: string, tags: readonly string[]])[]): SupersededInput['found'] {
  return new Map(images.map(([id, tags]) => [id, { id, tags }]));
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
  expect(removed(three, { found: has([['a', ['other:1']]]) })).toEqual([]);
  expect(removed(three, { found: has([]) })).toEqual([]);
});

test('by its own names an image goes, however they are written', () => {
  const found = has([['a', ['docker.io/library/app:a']]]);
  expect(removed([['a'], ['b'], ['c']], { found })).toEqual(['a']);
});

test('an image of several platforms goes as a whole, unless a container uses it', () => {
  const found = new Map([['a', { id: 'index', tags: ['app:a'] }]]);
  expect(removed([['a'], ['b'], ['c']], { found })).toEqual(['index']);
  expect(removed([['a'], ['b'], ['c']], { found, inUse: new Set(['index']) })).toEqual([]);
});
