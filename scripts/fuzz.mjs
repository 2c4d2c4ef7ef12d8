/**
 * Looks for inputs that crash, hang or bloat the loader and the linter: `npm run fuzz -- [SECONDS] [SEED]`. Without
 * SECONDS it goes on until it is stopped. Inputs follow from their seeds: a finding is tried again with `1 SEED`.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from './generate.mjs';
import { main, root, say } from './lib/run.mjs';

/** Milliseconds that one input may take on a busy machine. */
const patience = 30_000;

await main(async ([seconds = 'Infinity', seed = String(Date.now() % 1_000_000)]) => {
  await generate();
  const { build } = await import('esbuild');
  const out = mkdtempSync(join(root, 'node_modules', '.fuzz-'));
  try {
    const outfile = join(out, 'run.mjs');
    const entryPoints = [join(root, 'test/fuzz/run.ts')];
    await build({
      entryPoints,
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
    });
    const child = fork(outfile, [seconds, seed, root], { execArgv: ['--max-old-space-size=448'] });
    let current = seed;
    let timer;
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        say(`seed ${current}: no answer within ${patience / 1000} s`);
        child.kill('SIGKILL');
      }, patience);
    };
    watch();
    child.on('message', (message) => {
      current = String(message);
      watch();
    });
    const code = await new Promise((resolve) => {
      child.on('close', (status, signal) => {
        if (signal !== null) say(`seed ${current}: ended by ${signal}`);
        resolve(status ?? 1);
      });
    });
    clearTimeout(timer);
    return code;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});
