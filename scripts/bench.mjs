/**
 * Runs benchmarks of `bench/`: `npm run bench` lists them, `npm run bench -- NAME [arguments]` runs one.
 * The engine is DOCKER_HOST or the one that is found; each benchmark prints its own figures.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureImages } from './images/make.mjs';
import { findEngine } from './lib/find-engine.mjs';
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs';
import { main, root, run, ScriptError, say } from './lib/run.mjs';

const folder = join(root, 'bench');

await main(async ([name, ...args]) => {
  const known = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3));
  if (!name) {
    say(`Benchmarks: ${known.join(', ') || 'none'}. Run one with: npm run bench -- NAME`);
    return 2;
  }
  if (!existsSync(join(folder, `${name}.ts`)))
    throw new ScriptError(`There is no bench/${name}.ts; there are ${known.join(', ')}.`);
  await ensureInstalled();
  await ensureBuilt();
  const host = await findEngine();
  if (host) await ensureImages(host, ['busybox', 'nginx']);
  const { build } = await import('esbuild');
  // Inside the checkout, so that packages are found from the bundle as from the source.
  const out = mkdtempSync(join(root, 'node_modules', '.bench-'));
  try {
    const outfile = join(out, `${name}.mjs`);
    await build({
      entryPoints: [join(folder, `${name}.ts`)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
    });
    return await run(process.execPath, [outfile, ...args], {
      env: { ...process.env, TSCOMPOSE_ROOT: root, ...(host && { DOCKER_HOST: host }) },
    });
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});
