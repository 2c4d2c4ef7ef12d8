/**
 * Writes docs/cli and man from the options that the program reads: `npm run docs`. With `--check` nothing is
 * written: it fails if a file is missing, out of date, or left over.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { generate } from './generate.mjs';
import { ensureInstalled } from './lib/prepare.mjs';
import { main, root, say } from './lib/run.mjs';

/** The sources are TypeScript: they are bundled first. */
async function referenceFiles() {
  const esbuild = await import('esbuild');
  // Beside the packages, which are found from there.
  mkdirSync(join(root, 'dist'), { recursive: true });
  const scratch = mkdtempSync(join(root, 'dist', 'docs-'));
  try {
    const outfile = join(scratch, 'reference.mjs');
    await esbuild.build({
      entryPoints: [join(root, 'src/cli/reference/files.ts')],
      outfile,
      absWorkingDir: root,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
    return (await import(pathToFileURL(outfile).href)).referenceFiles();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const folders = ['docs/cli', 'man'];

function present() {
  return folders.flatMap((folder) => {
    try {
      return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
    } catch {
      return [];
    }
  });
}

function same(path, text) {
  try {
    return readFileSync(join(root, path), 'utf8') === text;
  } catch {
    return false;
  }
}

export async function docs(check) {
  const wanted = await referenceFiles();
  const changed = [...wanted].filter(([path, text]) => !same(path, text)).map(([path]) => path);
  const extra = present().filter((path) => !wanted.has(path));
  if (check) {
    for (const path of changed) say(`${path} is not what the options say`);
    for (const path of extra) say(`${path} belongs to no command`);
    if (changed.length + extra.length > 0) say('run npm run docs');
    return changed.length + extra.length === 0;
  }
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  for (const path of changed) writeFileSync(join(root, path), wanted.get(path));
  for (const path of extra) rmSync(join(root, path));
  say(`docs: ${wanted.size} pages, ${changed.length} written, ${extra.length} removed`);
  return true;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  await main(async (args) => {
    await ensureInstalled();
    await generate();
    return (await docs(args.includes('--check'))) ? 0 : 1;
  });
}
