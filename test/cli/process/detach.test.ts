import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DetachKeys, detachBytes } from '../../../src/cli/process/detach.ts';

test.each([
  ['ctrl-p,ctrl-q', [16, 17]],
  ['ctrl-@', [0]],
  ['ctrl-\\,x', [28, 120]],
  ['a', [97]],
])('the keys %s are the bytes %j', (keys, bytes) => expect(detachBytes(keys)).toEqual(bytes));

test.each(['ctrl-', 'ab', 'ctrl-1', ''])('%j are no keys', (keys) =>
  expect(() => detachBytes(keys)).toThrow('invalid detach keys'),
);

test('keys detach wherever the bytes are cut, and everything before them is passed on', () => {
  const keys = detachBytes('ctrl-p,ctrl-q');
  const typed = fc.array(fc.constantFrom(16, 97, 98), { maxLength: 20 });
  fc.assert(
    fc.property(typed, fc.integer({ min: 1, max: 5 }), (before, size) => {
      const all = [...before, ...keys, 99];
      const filter = new DetachKeys(keys);
      const passed: number[] = [];
      for (let at = 0; at < all.length; at += size) {
        const { pass, detach } = filter.push(Uint8Array.from(all.slice(at, at + size)));
        passed.push(...pass);
        if (!detach) continue;
        expect(passed).toEqual(before);
        return;
      }
      throw new Error('did not detach');
    }),
  );
});

test('a beginning of the keys that goes on otherwise is passed on', () => {
  const filter = new DetachKeys([16, 17]);
  expect([...filter.push(Uint8Array.from([16])).pass]).toEqual([]);
  expect([...filter.push(Uint8Array.from([97])).pass]).toEqual([16, 97]);
});
