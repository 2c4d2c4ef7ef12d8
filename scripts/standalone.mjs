/**
 * One executable without Node: `npm run build:standalone [TARGET…]` writes `standalone/tscompose-TARGET`. The runtime (Bun)
 * is fetched through npm once and kept in the cache folder. Only linux-x64 is tested; `all` builds every target.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { cacheFolder } from './lib/places.mjs';
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs';
import { capture, main, root, ScriptError, say } from './lib/run.mjs';

const bun = '1.4.5';
/** Our name of a target, and the npm package of its runtime. */
const targets = {
  'linux-x64': 'bun-linux-x64',
  'linux-arm64': 'bun-linux-aarch64',
  'linux-x64-musl': 'bun-linux-x64-musl',
  'darwin-x64': 'bun-darwin-x64',
  'darwin-arm64': 'bun-darwin-aarch64',
  'windows-x64': 'bun-windows-x64',
};
const tested = 'linux-x64';

/** The runtime of a target, from npm. @returns the path of its program */
function runtime(target) {
  const name = targets[target];
  const folder = join(cacheFolder('bun'), `${name}-${bun}`);
  const program = join(folder, 'package', 'bin', target.startsWith('windows') ? 'bun.exe' : 'bun');
  if (existsSync(program)) return program;
  const fresh = mkdtempSync(join(cacheFolder('bun'), 'fetch-'));
  try {
    const [packed] = JSON.parse(
      capture('npm', ['pack', '--json', '--pack-destination', fresh, `@oven/${name}@${bun}`]),
    );
    mkdirSync(folder, { recursive: true });
    capture('tar', ['-xzf', join(fresh, packed.filename.replace('@', '').replace('/', '-')), '-C', folder]);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  if (!existsSync(program)) throw new ScriptError(`@oven/${name}@${bun} holds no ${program}`);
  return program;
}

/** Everything that goes into the executable, laid out as it will be inside. */
async function stage(folder) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const entry = readFileSync(join(root, 'src/boot/standalone.cjs'), 'utf8');
  writeFileSync(join(folder, 'entry.cjs'), entry.replace("'@VERSION@'", JSON.stringify(version)));
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    outfile: join(folder, 'app.cjs'),
    bundle: true,
    minify: true,
    charset: 'ascii',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    external: ['cpu-features', '*.node'],
    define: {
      __TSCOMPOSE_VERSION__: JSON.stringify(version),
      __dirname: 'globalThis.tscomposeFolder',
      'import.meta.dirname': 'globalThis.tscomposeFolder',
    },
    logLevel: 'error',
  });
  const files = [];
  for (const [from, to] of [
    ['schemas', 'schemas'],
    ['dist/helper', 'dist/helper'],
  ]) {
    if (!existsSync(join(root, from))) continue;
    cpSync(join(root, from), join(folder, to), { recursive: true });
    files.push(to.endsWith('schemas') ? `${to}/*.json` : `${to}/*.gz`);
  }
  return files;
}

/** @returns the path of the executable */
function compile(target, folder, files) {
  const out = join(root, 'standalone', `tscompose-${target}${target.startsWith('windows') ? '.exe' : ''}`);
  const own = runtime(`${process.platform}-${process.arch}`);
  const other =
    own === runtime(target)
      ? []
      : [`--target=${targets[target]}`, `--compile-executable-path=${runtime(target)}`];
  const globs = files.map((glob) => `./${glob}`).join(' ');
  const words = [
    'build',
    '--compile',
    '--minify',
    '--bytecode',
    '--loader',
    '.json:file',
    '--asset-naming=[dir]/[name].[ext]',
  ];
  capture(
    'sh',
    ['-c', `"$0" "$@" ${globs}`, own, ...words, ...other, '--outfile', out, './entry.cjs', './app.cjs'],
    {
      cwd: folder,
    },
  );
  return out;
}

await main(async (args) => {
  const wanted = args.length === 0 ? [tested] : args[0] === 'all' ? Object.keys(targets) : args;
  const unknown = wanted.find((target) => !(target in targets));
  if (unknown)
    throw new ScriptError(`unknown target ${unknown}: one of ${Object.keys(targets).join(', ')}, or all`);
  await ensureInstalled();
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), 'standalone-'));
  try {
    const files = await stage(folder);
    for (const target of wanted) {
      const path = compile(target, folder, files);
      const note = target === tested ? '' : ' (built, not tested)';
      say(`${path}: ${(statSync(path).size / 1e6).toFixed(0)} MB${note}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
