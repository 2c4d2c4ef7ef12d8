// Builds dist/: boot.cjs (answers --version, loads scripts), our code in main.js, files.js, look.js and rest.js, and one
// script per heavy package.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { generate } from './scripts/generate.mjs';
import { buildHelper } from './scripts/helper.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = `${root}dist`;
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** Packages that cost start-up time: each is loaded when first imported. ssh2 and the gRPC pair only by builds and ssh. */
const chunks = {
  chalk: 'chalk',
  chokidar: 'chokidar',
  dockerode: 'dockerode',
  grpc: '@grpc/grpc-js',
  'js-yaml': 'js-yaml',
  listr2: 'listr2',
  'proto-loader': '@grpc/proto-loader',
  'protobuf-wire': 'protobufjs/minimal.js',
  protobufjs: 'protobufjs',
  ssh2: 'ssh2',
  'tar-stream': 'tar-stream',
  validator: './src/schema/generated/compose.js',
  yaml: 'yaml',
};
const chunkOf = new Map(Object.entries(chunks).map(([name, id]) => [id, name]));
/** Required at the top of a dependency but used in few paths: stand-ins that load the package at first use. */
const deferred = new Set(['@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs', 'ssh2']);

/** Modules of Node that take milliseconds to load, with what the sources use of them: fetched when it is used. */
const slow = usedOf([
  ...[
    'child_process',
    'crypto',
    'fs/promises',
    'http',
    'http2',
    'https',
    'net',
    'readline',
    'readline/promises',
  ],
  ...['timers/promises', 'tls', 'zlib'],
]);

function usedOf(modules) {
  const used = Object.fromEntries(modules.map((name) => [name, new Set()]));
  const require = createRequire(import.meta.url);
  for (const file of readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(`${root}src/${file}`, 'utf8');
    for (const [, what, name] of text.matchAll(/^import (?!type)([^;]*?) from 'node:([a-z0-9/_]+)';/gms)) {
      const names = used[name];
      if (names === undefined) continue;
      const parts = /^\{(.*)\}$/s.exec(what.trim())?.[1]?.split(',') ?? Object.keys(require(`node:${name}`));
      for (const part of parts) {
        const [word] = part.trim().split(' as ');
        if (/^[A-Za-z]\w*$/.test(word)) names.add(word);
      }
    }
  }
  return Object.fromEntries(Object.entries(used).map(([name, words]) => [name, [...words]]));
}

/** Imported at the top of our files but used in few runs: stand-ins for these names, which load the script at first use. */
const standIns = {
  'js-yaml': ['parseEvents', 'getScalarValue', 'YAMLException', 'dump'],
  validator: ['validate'],
};
const isStatic = ({ kind }) => kind === 'import-statement';

const split = (self) => ({
  name: 'chunks',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, (args) => {
      const name = args.path.slice('node:'.length);
      // Packages wait for themselves: they are scripts of their own.
      if (!(name in slow) || !args.importer.startsWith(`${root}src/`)) return undefined;
      return args.kind === 'import-statement' ? { path: name, namespace: 'slow' } : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: 'slow' }, ({ path }) => {
      const parts = slow[path].map((key) => `get ${key}() { return load().${key}; },`);
      const contents = `const load = () => require('node:${path}'); module.exports = { ${parts.join(' ')} };`;
      return { contents, loader: 'js' };
    });
    build.onResolve({ filter: /\.node$|^cpu-features$/ }, (args) => ({ path: args.path, external: true }));
    build.onResolve({ filter: /^[@a-z]/ }, (args) => {
      if (args.path.startsWith('chunk:')) return { path: args.path, external: true };
      const name = chunkOf.get(args.path);
      if (name === undefined || name === self || args.kind === 'entry-point') return undefined;
      if (isStatic(args) && Object.hasOwn(standIns, name)) return { path: name, namespace: 'stand-in' };
      if (deferred.has(args.path)) return { path: name, namespace: 'deferred' };
      return { path: `chunk:${name}`, external: true };
    });
    build.onResolve({ filter: /\/generated\/compose\.js$/ }, (args) =>
      args.kind === 'entry-point' ? undefined : { path: 'validator', namespace: 'stand-in' },
    );
    build.onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({
      contents: `let real; const load = () => (real ??= require(${JSON.stringify(`chunk:${path}`)}));
        const standIn = (name) => new Proxy(function () {}, {
          get: (_, key) => load()[name][key],
          apply: (_, self, args) => load()[name](...args),
        });
        ${standIns[path].map((name) => `export const ${name} = standIn(${JSON.stringify(name)});`).join('\n')}`,
      loader: 'js',
    }));
    build.onLoad({ filter: /.*/, namespace: 'deferred' }, (args) => ({
      contents: `let real; const load = () => (real ??= require(${JSON.stringify(`chunk:${args.path}`)}));
        module.exports = new Proxy(function () {}, {
          get: (_, key) => key === 'Client' || key === 'Server'
            ? new Proxy(function () {}, { construct: (_t, a) => new (load()[key])(...a), get: (_t, k) => load()[key][k] })
            : load()[key],
          has: (_, key) => key in load(),
        });`,
      loader: 'js',
    }));
  },
});

/** Lazy imports go to boot's loader, which gives namespaces as Node's import() does. */
const lazy = (text) =>
  text
    .replace(/\bimport\("((?:chunk:|\.\/)[\w.-]+)"\)/g, 'require.chunk("$1")')
    // Scripts of node:vm can't import by themselves.
    .replace(/\bimport\("(node:[a-z/_]+)"\)/g, 'Promise.resolve(require("$1"))');

/** What boot gives to a script. */
const wrapper = (text) => `(function(module,exports,require,__dirname,__filename){${text}})`;

const common = {
  absWorkingDir: root,
  charset: 'ascii',
  platform: 'node',
  target: 'node20',
  supported: { 'dynamic-import': true },
  legalComments: 'none',
  logLevel: 'error',
};

const bundle = (name, options) =>
  esbuild.build({
    ...common,
    bundle: true,
    minify: true,
    mainFields: ['module', 'main'],
    write: false,
    define: { __TSCOMPOSE_VERSION__: JSON.stringify(version) },
    plugins: [split(name)],
    ...options,
  });

const wrapped = async (name, entry) => {
  const built = await bundle(name, { entryPoints: [entry], outfile: `${dist}/${name}.js`, format: 'cjs' });
  writeFileSync(`${dist}/${name}.js`, wrapper(lazy(built.outputFiles[0].text)));
};

const looking = [
  ...['attach', 'events', 'exec', 'images', 'logs', 'ls', 'port', 'ps', 'stats', 'top', 'volumes'],
].map((name) => `cli/commands/${name}.ts`);

/**
 * Our scripts, and where the way of their code begins: files and folders below `src`. What lies on the way of an
 * earlier one is in that one. `main`: what `config` and every other command begins with, kept small so that they start
 * fast; `files`: other commands that only read files; `look`: those that ask the engine and print. All else is in `rest`.
 */
const ways = {
  main: [
    ...['cli/main.ts', 'cli/commands/config.ts', 'cli/reading.ts', 'cli/lock.ts', 'cli/resolver.ts'],
    ...['load/load.ts', 'load/files.ts', 'load/canonical.ts', 'source/files.ts', 'source/remotes.ts'],
    ...['output/yaml.ts', 'cli/usage.ts'],
  ],
  files: [
    ...['cli/commands/lint.ts', 'cli/commands/env/', 'cli/commands/explain.ts', 'cli/commands/schema.ts'],
    ...['cli/report.ts', 'cli/config/', 'lint/', 'load/', 'diagnostic/', 'yaml/'],
  ],
  look: [...looking, 'engine/connect.ts'],
};

/** Our own code, split where it imports lazily: each part is a function, and a few scripts hold all of them. */
const ours = async () => {
  const entry = 'src/cli/main.ts';
  const built = await bundle('main', {
    ...{ entryPoints: [entry], outdir: dist, format: 'esm', splitting: true, metafile: true },
    // Stack traces should name our functions; names that are kept by code would cost time at each start.
    ...{ minify: false, minifySyntax: true, minifyWhitespace: true },
  });
  const parts = new Map(
    Object.entries(built.metafile.outputs).map(([file, output]) => [basename(file), output]),
  );
  const place = new Map();
  const needs = (name) =>
    parts
      .get(name)
      .imports.filter(({ path, kind }) => kind === 'import-statement' && parts.has(basename(path)))
      .map(({ path }) => basename(path));
  const visit = (name, script) => {
    if (place.has(name)) return;
    place.set(name, script);
    for (const other of needs(name)) visit(other, script);
  };
  for (const [script, begins] of Object.entries(ways)) {
    for (const [name, { entryPoint = '' }] of parts) {
      if (begins.some((path) => entryPoint.startsWith(`src/${path}`))) visit(name, script);
    }
  }
  // What others need too is not left in `files`: they would load it whole.
  const share = (name) => {
    if (place.get(name) !== 'files') return;
    place.set(name, 'main');
    needs(name).forEach(share);
  };
  for (const name of parts.keys()) if (place.get(name) !== 'files') needs(name).forEach(share);
  const scripts = { main: '', files: '', look: '', rest: '' };
  for (const { path, text } of built.outputFiles) {
    const name = basename(path);
    const { code } = await esbuild.transform(text, {
      ...{ format: 'cjs', platform: 'node', target: 'node20', charset: 'ascii' },
      ...{ supported: { 'dynamic-import': true }, minifyWhitespace: true, minifySyntax: true },
    });
    const part = `exports[${JSON.stringify(name)}]=function(module,exports,require){${lazy(code)}};\n`;
    scripts[place.get(name) ?? 'rest'] += part;
  }
  for (const [name, text] of Object.entries(scripts)) writeFileSync(`${dist}/${name}.js`, wrapper(text));
  return [...place].filter(([, script]) => script === 'files').map(([name]) => name);
};

await generate();
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const [filesParts] = await Promise.all([
  ours(),
  ...Object.entries(chunks).map(([name, id]) => wrapped(name, id)),
]);
cpSync(`${root}node_modules/dockerode/lib/proto`, `${dist}/proto`, { recursive: true });
buildHelper(dist);

/** The first words of commands: files and folders of `src/cli/commands`. */
const commandNames = [
  ...new Set(readdirSync(`${root}src/cli/commands`).map((name) => name.replace('.ts', ''))),
];

const hash = createHash('sha256');
for (const name of ['main', 'files', 'look', 'rest', ...Object.keys(chunks)])
  hash.update(readFileSync(`${dist}/${name}.js`));
const boot = readFileSync(`${root}src/boot/boot.cjs`, 'utf8')
  .replace("'@VERSION@'", JSON.stringify(version))
  .replace("'@BUILD@'", JSON.stringify(hash.digest('hex').slice(0, 16)))
  .replace("['@COMMANDS@']", JSON.stringify(commandNames))
  .replace("['@FILES@']", JSON.stringify(filesParts));
writeFileSync(`${dist}/boot.cjs`, boot);
