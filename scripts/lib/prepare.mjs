import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canHaveHelper } from '../helper.mjs';
import { aptInstall } from './private-engine.mjs';
import { has, isRoot, root, run, ScriptError, say } from './run.mjs';

/** Installs the dependencies with `npm ci`, unless exactly the locked versions are there already. */
export async function ensureInstalled() {
  if (installedAsLocked()) return;
  say('Installing dependencies (npm ci) …');
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
  });
  if (code !== 0) throw new ScriptError('npm ci failed: see above. Is the npm registry reachable?');
}

function installedAsLocked() {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(
    ([path, wanted]) =>
      path === '' ||
      wanted.optional ||
      (installed[path]?.version === wanted.version && existsSync(join(root, path))),
  );
}

/** Builds `dist/`, unless it was built from the sources as they are now. */
export async function ensureBuilt() {
  const stamp = join(root, 'dist', '.sources');
  const now = sourcesKey();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  ensureGo();
  say('Building …');
  const code = await run('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 2, 2] });
  if (code !== 0) throw new ScriptError('The build failed: see above.');
  writeFileSync(stamp, now);
}

/** The helper needs Debian's Go compiler to be built; without it, the build says what is missing then. */
function ensureGo() {
  if (canHaveHelper() || !isRoot || !has('apt-get')) return;
  try {
    aptInstall(['golang-go']);
  } catch (error) {
    say(error.message);
  }
}

/** Names, sizes and times of everything that the build reads. */
function sourcesKey() {
  const hash = createHash('sha256');
  const add = (path) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    const stat = statSync(full);
    if (stat.isDirectory()) {
      for (const name of readdirSync(full).sort()) if (name !== 'generated') add(join(path, name));
    } else hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`);
  };
  for (const path of [
    'src',
    'helper',
    'schemas',
    'build.mjs',
    'scripts/generate.mjs',
    'scripts/helper.mjs',
    'package.json',
    'package-lock.json',
  ])
    add(path);
  return hash.digest('hex');
}
