// Builds dist/: boot.cjs (answers --version, loads chunks), main.js (our code), and one chunk per heavy package.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
const wrapped = async (name, entry) => {
  const built = await bundle(name, entry);
  const text = built.outputFiles[0].text
    .replace(/\bimport\("chunk:([a-z0-9-]+)"\)/g, 'require.chunk("$1")')
    // Scripts of node:vm can't import by themselves.
    .replace(/\bimport\("(node:[a-z/_]+)"\)/g, 'Promise.resolve(require("$1"))');
  writeFileSync(`${dist}/${name}.js`, text);
};

const bundle = (name, entry) =>
  esbuild.build({
    entryPoints: [entry],
    outfile: `${dist}/${name}.js`,
    absWorkingDir: root,
    bundle: true,
    minify: true,
    keepNames: name === 'main',
    charset: 'ascii',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    supported: { 'dynamic-import': true },
    write: false,
    legalComments: 'none',
    define: { __TSCOMPOSE_VERSION__: JSON.stringify(version) },
    plugins: [split(name)],
    banner: { js: '(function(module,exports,require,__dirname,__filename){' },
    footer: { js: '})' },
    logLevel: 'error',
  });

await generate();
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
await Promise.all([
  wrapped('main', 'src/cli/main.ts'),
  ...Object.entries(chunks).map(([name, id]) => wrapped(name, id)),
]);
cpSync(`${root}node_modules/dockerode/lib/proto`, `${dist}/proto`, { recursive: true });
buildHelper(dist);

const hash = createHash('sha256');
for (const name of ['main', ...Object.keys(chunks)]) hash.update(readFileSync(`${dist}/${name}.js`));
const boot = readFileSync(`${root}src/boot/boot.cjs`, 'utf8')
  .replace("'@VERSION@'", JSON.stringify(version))
  .replace("'@BUILD@'", JSON.stringify(hash.digest('hex').slice(0, 16)));
writeFileSync(`${dist}/boot.cjs`, boot);
