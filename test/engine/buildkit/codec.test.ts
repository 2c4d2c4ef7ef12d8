import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bytes,
  flag,
  integer,
  long,
  many,
  mapOf,
  nested,
  one,
  openCodec,
  text,
} from '../../../src/engine/buildkit/codec.ts';
import { packet, solveRequest } from '../../../src/engine/buildkit/messages.ts';

const codec = await openCodec();
const inner = { name: one(1, text), yes: one(2, flag) };
const shape = {
  text: one(1, text),
  number: one(2, integer),
  big: one(3, long),
  data: one(4, bytes),
  list: many(5, text),
  items: many(6, nested(inner)),
  map: mapOf(17, text),
};

describe('messages', () => {
  test('come back as they were', () => {
    const safe = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
    const key = fc.string({ unit: 'binary', minLength: 1 }).filter((one) => one !== '__proto__');
    const message = fc.record({
      text: fc.string({ unit: 'binary' }),
      number: safe,
      big: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      data: fc.uint8Array(),
      list: fc.array(fc.string(), { minLength: 1 }),
      items: fc.array(fc.record({ name: fc.string(), yes: fc.boolean() }), { minLength: 1 }),
      map: fc.dictionary(key, fc.string(), { minKeys: 1 }),
    });
    fc.assert(
      fc.property(message, (value) => {
        const found = codec.decode(shape, codec.encode(shape, value));
        expect({ ...found, data: [...(found.data ?? [])], map: { ...found.map } }).toEqual({
          ...{ ...value, data: [...value.data], map: { ...value.map } },
        });
      }),
      { numRuns: 40 },
    );
  });

  test('have the bytes of the protocol', () => {
    const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');
    expect(hex(codec.encode(packet, { type: 1, id: 300 }))).toBe('080118ac02');
    expect(hex(codec.encode(solveRequest, { ref: 'a', frontendAttrs: { k: 'v' } }))).toBe(
      '0a01613a060a016b120176',
    );
    expect(hex(codec.encode(packet, { stat: { mode: 2 ** 31 + 0o755 } }))).toBe(
      '12061 0ed83808008'.replace(' ', ''),
    );
  });

  test('may hold fields that are not known', () => {
    const bytesOfAll = codec.encode(shape, { text: 'x', number: 7, items: [{ name: 'n' }] });
    expect(codec.decode({ number: one(2, integer) }, bytesOfAll)).toEqual({ number: 7 });
  });
});
