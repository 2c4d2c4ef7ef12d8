/**
 * All tests, on a clean clone too: `npm test`. Installs, builds, starts engines of its own and ends them.
 *
 *   node scripts/test.mjs [unit|engine|faults] [vitest arguments]
 *
 * Engine tests run in network, mount and process namespaces of their own: engines of this machine are neither used
 * nor disturbed, and nothing survives. Without root they use the engine that is there (DOCKER_HOST or the usual places).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureImages, makeArchives, prefix } from './images/make.mjs';
import { ask, imageId } from './lib/engine-http.mjs';
import { findEngine } from './lib/find-engine.mjs';
import { inNamespaces } from './lib/namespaces.mjs';
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs';
import { aptInstall, ensureDockerd, startDockerd, startPodman, stopEngine } from './lib/private-engine.mjs';
import { has, isRoot, main, root, run, ScriptError, say } from './lib/run.mjs';

const self = join(root, 'scripts', 'test.mjs');

/** Runs one vitest project. @returns how many passed and failed; a crash counts as a failure */
async function vitest(project, scratch, args, environment = {}) {
  const report = join(scratch, `${project}.json`);
  const code = await run(
    join(root, 'node_modules/.bin/vitest'),
    [
      'run',
      '--config',
      'test/vitest.config.ts',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${report}`,
      ...args,
    ],
    { env: { ...process.env, ...environment } },
  );
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    const failedFiles = result.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    const failed = result.numFailedTests + failedFiles.length;
    return { passed: result.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

/** Debian packages by the program that is needed of them. */
const packageOf = { ip: 'iproute2', 'docker-registry': 'docker-registry' };

/** Contract tests name an image as users do, without its folder. */
async function shortName(host, name) {
  if (await imageId(host, name)) return;
  await ask(host, 'POST', `/images/${prefix}/${name}/tag?repo=${name}&tag=latest`);
}

/** In the namespaces: engines up, tests, engines down. */
async function engineTests(scratch, args) {
  const folders = [];
  const start = (name, starter) => {
    folders.push(join(scratch, name));
    return starter(join(scratch, name));
  };
  try {
    const docker = await start('d', startDockerd);
    const podman = has('podman') ? await start('p', startPodman) : undefined;
    await ensureImages(docker);
    await shortName(docker, 'busybox');
    if (podman) {
      await ensureImages(podman, ['busybox', 'nginx']);
      await shortName(podman, 'busybox');
    }
    say(`engine tests on ${docker}${podman ? ` and ${podman}` : ' (no podman here)'}`);
    return await vitest('engine', scratch, args, {
      TSCOMPOSE_TEST_DOCKER: docker,
      TSCOMPOSE_TEST_PODMAN: podman ?? '',
    });
  } finally {
    for (const folder of folders) await stopEngine(folder);
  }
}

/**
 * The single executable for its scenario. Its runtime comes from npm once; where that can't be had the scenario is
 * skipped, except in CI.
 */
async function buildStandalone(args) {
  const files = args.filter((arg) => arg.startsWith('test/'));
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  if (files.length > 0 && !files.some((file) => file.includes('standalone'))) return;
  const code = await run(process.execPath, [join(root, 'scripts', 'standalone.mjs'), 'linux-x64']);
  if (code === 0) return;
  const message = 'The single executable could not be built: it is not tested.';
  if (process.env.CI) throw new ScriptError(message);
  say(message);
}

/** Starts this script again inside namespaces of its own; its counts come back through a file. */
async function isolated(scratch, args) {
  ensureDockerd();
  const missing = ['podman', 'ip', 'docker-registry'].filter((program) => !has(program));
  if (missing.length > 0 && has('apt-get')) {
    aptInstall(
      missing.flatMap((name) =>
        name === 'podman' ? ['podman', 'netavark', 'aardvark-dns', 'runc', 'uidmap'] : [packageOf[name]],
      ),
    );
  }
  // Inside there is no network to fetch packages from.
  makeArchives();
  await inNamespaces(scratch, '"$2" "$3" inside "$@"', [process.execPath, self, ...args]);
  try {
    return JSON.parse(readFileSync(join(scratch, 'engine-counts.json'), 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
}

async function onExistingEngine(scratch, args) {
  const host = await findEngine();
  if (!host)
    throw new ScriptError(
      'The engine tests need root, or an engine that answers (DOCKER_HOST). `npm run test:unit` needs neither.',
    );
  await ensureImages(host);
  await shortName(host, 'busybox');
  return vitest('engine', scratch, args, { TSCOMPOSE_TEST_DOCKER: host, TSCOMPOSE_TEST_PODMAN: '' });
}

await main(async (args) => {
  if (args[0] === 'inside') {
    const { writeFileSync } = await import('node:fs');
    const [, scratch, , , ...rest] = args;
    writeFileSync(join(scratch, 'engine-counts.json'), JSON.stringify(await engineTests(scratch, rest)));
    return 0;
  }
  const part = ['unit', 'engine', 'faults'].includes(args[0]) ? args[0] : 'all';
  const rest = part === 'all' ? args : args.slice(1);
  if (part === 'faults') {
    // Every step instead of a few.
    process.env.TSCOMPOSE_FAULTS = 'all';
    rest.unshift('test/scenario/faults.test.ts');
  }
  await ensureInstalled();
  await ensureBuilt();
  const scratch = mkdtempSync(join(tmpdir(), 'tsc-'));
  const counts = [];
  try {
    if (part === 'unit' || part === 'all') counts.push(await vitest('unit', scratch, rest));
    if (part !== 'unit' && part !== 'faults') await buildStandalone(rest);
    if (part !== 'unit')
      counts.push(await (isRoot ? isolated(scratch, rest) : onExistingEngine(scratch, rest)));
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
  return sum('failed') > 0 || sum('passed') === 0 ? 1 : 0;
});
