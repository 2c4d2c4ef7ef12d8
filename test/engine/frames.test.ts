import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameSplitter } from '../../src/engine/http/frames.ts';

const frame = (stream: number, data: Uint8Array) => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
};

test('frames come out whole wherever the bytes are cut', () => {
  const part = fc.record({ stream: fc.constantFrom(1, 2), data: fc.uint8Array({ maxLength: 40 }) });
  fc.assert(
    fc.property(
      fc.array(part),
      fc.array(fc.integer({ min: 1, max: 13 }), { minLength: 1 }),
      (parts, cuts) => {
        const bytes = Buffer.concat(parts.map(({ stream, data }) => frame(stream, data)));
        const splitter = new FrameSplitter();
        const seen: Record<string, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const length = cuts[i % cuts.length] ?? 1;
          for (const { stream, data } of splitter.push(bytes.subarray(at, at + length))) {
            seen[stream] = Buffer.concat([seen[stream] ?? Buffer.alloc(0), data]);
          }
          at += length;
        }
        for (const [number, name] of [
          [1, 'stdout'],
          [2, 'stderr'],
        ] as const) {
          const expected = Buffer.concat(
            parts.filter((one) => one.stream === number).map(({ data }) => data),
          );
          expect(seen[name]?.equals(expected)).toBe(true);
        }
      },
    ),
  );
});
