import { expect, test } from 'vitest';
import { InvalidProjectError } from '../../src/diagnostic/errors.ts';
import { canonicalJson } from '../../src/load/canonical.ts';
import { loadProject } from '../../src/load/load.ts';
import type { Loaded, Reader } from '../../src/load/request.ts';

/** A file system of texts below /p. */
function readerOf(files: Readonly<Record<string, string>>): Reader {
  const textOf = (path: string): string => files[path.replace(/^\/p\//, '')] ?? '';
  return {
    home: '/home',
    readText: textOf,
    readBytes: (path) => new TextEncoder().encode(textOf(path)),
    kindOf: (path) => (Object.hasOwn(files, path.replace(/^\/p\//, '')) ? 'file' : 'missing'),
    realPath: (path) => path,
    readStdin: () => '',
    fetchRemote: (reference) => reference,
  };
}

function load(files: Readonly<Record<string, string>>, ...names: string[]): Loaded {
  const request = {
    workingDir: '/p',
    files: names,
    profiles: [],
    envFiles: [],
    environment: {},
    services: [],
  };
  return loadProject(request, readerOf(files));
}

const base = `
services:
  web:
    image: web
    command: echo hello
    ports: ["8080:80"]
    environment: {A: "1"}
    depends_on: [db]
    stop_grace_period: 90s
  db: {image: db, volumes: ["data:/data", "./conf:/conf:ro"]}
volumes: {data: }
`;

test('a project loads into the canonical form', () => {
  const { web, db } = load({ 'compose.yaml': base }).project.services;
  expect(web).toEqual({
    command: ['echo', 'hello'],
    depends_on: { db: { condition: 'service_started', required: true } },
    entrypoint: null,
    environment: { A: '1' },
    image: 'web',
    networks: { default: null },
    ports: [{ mode: 'ingress', target: 80, published: '8080', protocol: 'tcp' }],
    stop_grace_period: '1m30s',
  });
  expect(db?.volumes?.[1]).toEqual({
    type: 'bind',
    source: '/p/conf',
    target: '/conf',
    read_only: true,
    bind: {},
  });
});

test('what is printed loads into the same project', () => {
  const once = load({ 'compose.yaml': base }).project;
  const json = canonicalJson(once, { escapeDollars: true });
  const twice = load({ 'compose.yaml': json }).project;
  expect(canonicalJson(twice, { escapeDollars: true })).toBe(json);
});

test('merging a file with itself changes nothing', () => {
  const once = load({ 'compose.yaml': base }, 'compose.yaml').project;
  const twice = load({ 'compose.yaml': base }, 'compose.yaml', 'compose.yaml').project;
  expect(twice.services).toEqual(once.services);
});

test('an empty list in an included file is one when it is merged', () => {
  const included = 'services: {db: {image: db, environment: [], build: {context: ., args: []}}}';
  const files = { 'compose.yaml': 'include: [db.yaml]', 'db.yaml': included };
  const { db } = load(files, 'compose.yaml').project.services;
  expect([db?.image, db?.environment, db?.build?.args]).toEqual(['db', undefined, undefined]);
});

test.each([
  ['driver: local, ', '/p/data'],
  ['', './data'],
  ['driver: other, ', './data'],
])('the device of a bind volume with %s', (driver, device) => {
  const volume = `{${driver}driver_opts: {type: none, o: bind, device: ./data}}`;
  const file = `services: {a: {image: a, volumes: ["vol:/v"]}}\nvolumes: {vol: ${volume}}`;
  expect(load({ 'compose.yaml': file }).project.volumes?.['vol']?.driver_opts?.['device']).toBe(device);
});

test('values know all places that they come from', () => {
  const over = 'services:\n  web:\n    image: other\n';
  const loaded = load({ 'compose.yaml': base, 'over.yaml': over }, 'compose.yaml', 'over.yaml');
  expect(loaded.locate('services.web.image').map((p) => `${p.file}:${p.line}`)).toEqual([
    '/p/compose.yaml:4',
    '/p/over.yaml:3',
  ]);
});

test('all problems are reported at once, in the order of the file', () => {
  const bad = 'services:\n  a: {image: 5}\n  b: {imagee: x}\n  c: {image: c, ports: ["99999:80"]}\n';
  try {
    load({ 'compose.yaml': bad });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidProjectError);
    const lines = (error as InvalidProjectError).diagnostics.map((d) => `${d.place?.line} ${d.code}`);
    expect(lines).toEqual(['2 TSC121', '3 TSC120', '4 TSC113']);
  }
});

test.each([
  ['services: {a: {image: a, depends_on: [b]}, b: {image: b, depends_on: [a]}}', 'TSC141'],
  ['services: {a: {image: a, networks: [n]}}', 'TSC140'],
  ['services: {a: {}}', 'TSC143'],
  ['services: {a: {image: "${X:?needed}"}}', 'TSC107'],
  ['services: {a: {image: a, tty: "${X}"}}', 'TSC108'],
  ['services: {a: {extends: b}}', 'TSC130'],
  ['services: {a: {extends: b}, b: {extends: a}}', 'TSC131'],
  ['include: [compose.yaml]', 'TSC131'],
  ['{}', 'TSC110'],
])('%s is refused with %s', (text, code) => {
  try {
    load({ 'compose.yaml': text });
    expect.unreachable();
  } catch (error) {
    expect((error as InvalidProjectError).diagnostics.map((d) => d.code)).toContain(code);
  }
});
