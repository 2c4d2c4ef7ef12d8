import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidProjectError, UserError } from '../../src/diagnostic/errors.ts';
import { loadProject } from '../../src/load/load.ts';
import type { Reader } from '../../src/load/request.ts';
import { service } from '../../src/spec/service.ts';

function loads(text: string): void {
  const reader: Reader = {
    home: '/home',
    readText: () => text,
    readBytes: () => new TextEncoder().encode(text),
    kindOf: (path) => (path === '/p/compose.yaml' ? 'file' : 'missing'),
    realPath: (path) => path,
    readStdin: () => text,
    fetchRemote: () => '/p/missing.yaml',
  };
  const request = { workingDir: '/p', files: [], profiles: [], envFiles: [], environment: {}, services: [] };
  try {
    loadProject(request, reader);
  } catch (error) {
    if (error instanceof InvalidProjectError || error instanceof UserError) return;
    throw error;
  }
}

const seed = 20_261_124;
const attributes = Object.keys(service.fields ?? {});
const anyValue = fc.jsonValue({ maxDepth: 4 });

test('any text is a model or a clear error', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), loads), { seed, numRuns: 500 });
});

test('any tree below any attribute is a model or a clear error', () => {
  const tree = fc.dictionary(fc.constantFrom(...attributes), anyValue, { maxKeys: 6 });
  fc.assert(
    fc.property(tree, anyValue, (web, top) => {
      loads(JSON.stringify({ services: { web: { image: 'x', ...web } } }));
      loads(JSON.stringify({ services: { web }, networks: top, volumes: top, configs: top, include: top }));
    }),
    { seed, numRuns: 500 },
  );
});

test('what is nested too deeply is refused', () => {
  loads(`${'{a: '.repeat(5_000)}1${'}'.repeat(5_000)}`);
  loads('['.repeat(100_000));
  expect(() => loads(`services: {a: {image: "${'${A:-'.repeat(50)}x${'}'.repeat(50)}"}}`)).not.toThrow();
});
