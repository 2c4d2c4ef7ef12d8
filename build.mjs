// Builds dist/: boot.cjs (answers --version, loads scripts), main.js (our code for reading compose files), rest.js (our other
// code), and one script per heavy package.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  dockerode: 'dockerode',
  grpc: '@grpc/grpc-js',
  listr2: 'listr2',
  'proto-loader': '@grpc/proto-loader',
  'protobuf-wire': 'protobufjs/minimal.js',
  protobufjs: 'protobufjs',
  ssh2: 'ssh2',
  'tar-stream': 'tar-stream',
  yaml: 'yaml',
};
const chunkOf = new Map(Object.entries(chunks).map(([name, id]) => [id, name]));
/** Required at the top of a dependency but used in few paths: stand-ins that load the package at first use. */
const deferred = new Set(['@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs', 'ssh2']);

const split = (self) => ({
  name: 'chunks',
  setup(build) {
    build.onResolve({ filter: /\.node$|^cpu-features$/ }, (args) => ({ path: args.path, external: true }));
    build.onResolve({ filter: /^[@a-z]/ }, (args) => {
      if (args.path.startsWith('chunk:')) return { path: args.path, external: true };
      const name = chunkOf.get(args.path);
      if (name === undefined || name === self || args.kind === 'entry-point') return undefined;
      if (deferred.has(args.path)) return { path: name, namespace: 'deferred' };
      return { path: `chunk:${name}`, external: true };
    });
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

/** What commands that only read files run: it lies in a script of its own, so that they start fast. */
const reading = ['config', 'env/explain', 'explain', 'lint', 'schema'].map((name) => `commands/${name}.ts`);
/** Lazily imported on that way, too. */
const readingFiles = [
  'src/cli/lock.ts',
  'src/cli/reading.ts',
  'src/cli/report.ts',
  'src/cli/resolver.ts',
  'src/output/yaml.ts',
];
const readingFolders = [
  'src/load/',
  'src/lint/',
  'src/source/',
  'src/diagnostic/',
  'src/yaml/',
  'src/cli/config/',
];

/** Our own code, split where it imports lazily: each part is a function, and two scripts hold all of them. */
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
  const early = new Set();
  const visit = (name) => {
    if (early.has(name) || !parts.has(name)) return;
    early.add(name);
    for (const { path, kind } of parts.get(name).imports) {
      if (kind === 'import-statement') visit(basename(path));
    }
  };
  for (const [name, { entryPoint = '' }] of parts) {
    const isReading =
      entryPoint === entry ||
      reading.some((path) => entryPoint.endsWith(path)) ||
      readingFolders.some((folder) => entryPoint.startsWith(folder)) ||
      readingFiles.includes(entryPoint);
    if (isReading) visit(name);
  }
  const scripts = { main: '', rest: '' };
  for (const { path, text } of built.outputFiles) {
    const name = basename(path);
    const { code } = await esbuild.transform(text, {
      ...{ format: 'cjs', platform: 'node', target: 'node20', charset: 'ascii' },
      ...{ supported: { 'dynamic-import': true }, minifyWhitespace: true, minifySyntax: true },
    });
    const part = `exports[${JSON.stringify(name)}]=function(module,exports,require){${lazy(code)}};\n`;
    scripts[early.has(name) ? 'main' : 'rest'] += part;
  }
  for (const [name, text] of Object.entries(scripts)) writeFileSync(`${dist}/${name}.js`, wrapper(text));
};

await generate();
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
await Promise.all([ours(), ...Object.entries(chunks).map(([name, id]) => wrapped(name, id))]);
cpSync(`${root}node_modules/dockerode/lib/proto`, `${dist}/proto`, { recursive: true });
buildHelper(dist);

/** The first words of commands: files and folders of `src/cli/commands`. */
const commandNames = [
  ...new Set(readdirSync(`${root}src/cli/commands`).map((name) => name.replace('.ts', ''))),
];

const hash = createHash('sha256');
for (const name of ['main', 'rest', ...Object.keys(chunks)]) hash.update(readFileSync(`${dist}/${name}.js`));
const boot = readFileSync(`${root}src/boot/boot.cjs`, 'utf8')
  .replace("'@VERSION@'", JSON.stringify(version))
  .replace("'@BUILD@'", JSON.stringify(hash.digest('hex').slice(0, 16)))
  .replace("['@COMMANDS@']", JSON.stringify(commandNames));
writeFileSync(`${dist}/boot.cjs`, boot);
