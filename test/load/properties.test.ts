import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidProjectError } from '../../src/diagnostic/errors.ts';
import { canonicalJson } from '../../src/load/canonical.ts';
import { loadProject } from '../../src/load/load.ts';
import type { Reader } from '../../src/load/request.ts';

function load(...files: readonly unknown[]): string {
  const texts = files.map((file) => (typeof file === 'string' ? file : JSON.stringify(file)));
  const textOf = (path: string): string => texts[Number(path.replace('/p/', ''))] ?? '';
  const reader: Reader = {
    home: '/home',
    readText: textOf,
    readBytes: (path) => new TextEncoder().encode(textOf(path)),
    kindOf: (path) => (/^\/p\/\d+$/.test(path) ? 'file' : 'missing'),
    realPath: (path) => path,
    readStdin: () => '',
    fetchRemote: (reference) => reference,
  };
  const request = {
    ...{ workingDir: '/p', files: texts.map((_, i) => String(i)), profiles: [], envFiles: [] },
    ...{ environment: {}, services: [], allResources: true },
  };
  return canonicalJson(loadProject(request, reader).project, { escapeDollars: true });
}

const word = fc.constantFrom('a', 'b', 'cc', 'x-y', '$', '$$A', 'é', ' ');
const name = fc.constantFrom('a', 'b', 'cc');
const port = fc.integer({ min: 1, max: 99 });
const texts = fc.dictionary(name, word, { maxKeys: 3 });

/** A service as valid files have it, short and long forms. Dollars are written twice. */
const service = fc.record(
  {
    image: fc.constantFrom('nginx', 'redis:7'),
    command: fc.oneof(fc.constantFrom('run it', 'echo "a b"'), fc.array(word.map(doubled), { maxLength: 3 })),
    environment: fc.oneof(
      texts.map((map) => Object.fromEntries(Object.entries(map).map(([k, v]) => [k, doubled(v)]))),
      fc.uniqueArray(
        fc.tuple(name, word).map(([k, v]) => `${k}=${doubled(v)}`),
        { maxLength: 3 },
      ),
    ),
    ports: fc.uniqueArray(
      fc.oneof(
        fc.tuple(port, port).map(([a, b]) => `${a}:${b}`),
        port.map((target) => ({ target, published: String(target) })),
      ),
      { maxLength: 3, selector: (entry) => JSON.stringify(entry) },
    ),
    volumes: fc.uniqueArray(
      name.map((target) => `data:/${target}`),
      { maxLength: 2 },
    ),
    networks: fc.oneof(
      fc.uniqueArray(name, { maxLength: 2 }),
      fc.dictionary(name, fc.constant(null), { maxKeys: 2 }),
    ),
    labels: texts.map((map) => Object.fromEntries(Object.entries(map).map(([k, v]) => [k, doubled(v)]))),
    healthcheck: fc.record(
      { test: fc.constantFrom('true', ['CMD', 'true']), interval: fc.constantFrom('5s', '1m30s') },
      { requiredKeys: [] },
    ),
    cap_add: fc.uniqueArray(fc.constantFrom('NET_ADMIN', 'CHOWN'), { maxLength: 2 }),
    dns: fc.oneof(
      fc.constant('1.1.1.1'),
      fc.uniqueArray(fc.constantFrom('1.1.1.1', '8.8.8.8'), { minLength: 1 }),
    ),
    mem_limit: fc.constantFrom('64m', 1000, '1g'),
    init: fc.boolean(),
    stop_grace_period: fc.constantFrom('10s', '90s'),
  },
  { requiredKeys: ['image'] },
);
const resources = {
  networks: { a: null, b: {}, cc: { internal: true } },
  volumes: { data: null },
};
const file = fc
  .dictionary(fc.constantFrom('web', 'db', 'api'), service, { minKeys: 1, maxKeys: 3 })
  .map((services) => ({ name: 'p', services, ...resources }));

function doubled(text: string): string {
  return text.replaceAll('$', '$$$$');
}

const runs = { seed: 20_261_124, numRuns: 300 };

describe('any project', () => {
  test('loads again from what is printed', () => {
    fc.assert(
      fc.property(file, (one) => {
        const printed = load(one);
        expect(load(printed)).toBe(printed);
      }),
      runs,
    );
  });

  test('stays as it is when nothing is merged onto it', () => {
    const nothing = { services: {} };
    fc.assert(
      fc.property(file, (one) => {
        expect(load(one, nothing)).toBe(load(one));
        expect(load(nothing, one)).toBe(load(one));
      }),
      runs,
    );
  });

  test('gives the same bytes for the same files', () => {
    fc.assert(
      fc.property(file, file, (one, two) => {
        expect(load(one, two)).toBe(load(one, two));
      }),
      runs,
    );
  });

  test('takes scalars from the last of three files that has them, and mappings key by key', () => {
    fc.assert(
      fc.property(file, file, file, (...files) => {
        const { services } = JSON.parse(load(...files)) as {
          services: Record<string, Record<string, unknown>>;
        };
        for (const key of new Set(files.flatMap((one) => Object.keys(one.services)))) {
          const all = files.flatMap((one) => one.services[key] ?? []);
          expect(services[key]?.['image']).toBe(all.at(-1)?.image);
          const inits = all.flatMap(({ init }) => (init === undefined ? [] : [init]));
          expect(services[key]?.['init']).toBe(inits.at(-1));
          const labels = Object.assign({}, ...all.map((one) => one.labels ?? {})) as Record<string, string>;
          expect(services[key]?.['labels'] ?? {}).toEqual(labels);
        }
      }),
      runs,
    );
  });

  test('is the same whether files are merged two by two or all at once', () => {
    fc.assert(
      fc.property(file, file, file, (one, two, three) => {
        let pair: string;
        try {
          pair = load(one, two);
        } catch (error) {
          if (error instanceof InvalidProjectError) return;
          throw error;
        }
        // What is filled in for the pair counts as written: a default network, where none was given.
        const printed = JSON.parse(pair) as { services: Record<string, { networks?: object }> };
        const all = JSON.parse(load(one, two, three)) as { services: Record<string, { networks?: object }> };
        const later = JSON.parse(load(pair, three)) as { services: Record<string, { networks?: object }> };
        for (const [key, { networks: _, ...rest }] of Object.entries(all.services)) {
          const { networks: __, ...again } = later.services[key] ?? {};
          expect(again).toEqual(rest);
        }
        expect(Object.keys(printed.services).every((key) => key in all.services)).toBe(true);
      }),
      runs,
    );
  });
});
