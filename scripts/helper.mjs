/**
 * Builds the helper (helper/, Go) into `dist/helper/<arch>.gz`. Same sources, same compiler: same bytes. What was
 * built before is kept in the cache folder, so that a build without changes needs no compiler.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cacheFolder } from './lib/places.mjs';
import { root, ScriptError, say } from './lib/run.mjs';

const folder = join(root, 'helper');
const architectures = ['amd64', 'arm64'];

/** @returns whether the helper is in `dist/helper` now */
export function buildHelper(dist) {
  const go = findGo();
  if (!canHaveHelper(go)) {
    say(
      'The helper was not built: there is no Go compiler (Debian: apt-get install golang-go). Volumes are then copied through the engine, without live passes.',
    );
    return false;
  }
  mkdirSync(join(dist, 'helper'), { recursive: true });
  for (const arch of architectures) {
    const path = kept(arch);
    if (!existsSync(path)) writeFileSync(path, gzipSync(compile(go, arch), { level: 9 }));
    writeFileSync(join(dist, 'helper', `${arch}.gz`), readFileSync(path));
  }
  return true;
}

/** Whether a build can have the helper: there is a compiler, or what it would make is in the cache. */
export function canHaveHelper(go = findGo()) {
  return go !== undefined || architectures.every((arch) => existsSync(kept(arch)));
}

/** The Go compiler of this machine; undefined if there is none. */
function findGo() {
  const usual = ['/usr/local/go/bin/go', '/usr/lib/go/bin/go'];
  return ['go', ...usual].find((go) => spawnSync(go, ['version'], { stdio: 'ignore' }).status === 0);
}

function kept(arch) {
  return join(cacheFolder('helper'), `${sourcesDigest()}-${arch}.gz`);
}

function sourcesDigest() {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true }).sort();
  for (const name of files.filter((file) => /\.(go|mod)$/.test(file) && !file.endsWith('_test.go'))) {
    hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
  }
  hash.update(readFileSync(join(root, 'scripts', 'helper.mjs')));
  return hash.digest('hex').slice(0, 24);
}

function compile(go, arch) {
  const scratch = mkdtempSync(join(tmpdir(), 'tsc-helper-'));
  try {
    const out = join(scratch, 'helper');
    const flags = ['-trimpath', '-buildvcs=false', '-ldflags', '-s -w -buildid=', '-o', out];
    const environment = { CGO_ENABLED: '0', GOOS: 'linux', GOARCH: arch, GOFLAGS: '', GOWORK: 'off' };
    const { status, stderr } = spawnSync(go, ['build', ...flags, '.'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...environment, GOPROXY: 'off', GOTOOLCHAIN: 'local' },
    });
    if (status !== 0) throw new ScriptError(`The helper does not compile for ${arch}:\n${stderr}`);
    return readFileSync(out);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
