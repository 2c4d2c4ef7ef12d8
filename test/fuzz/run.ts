/**
 * Throws inputs at the loader and the linter: `node run.js SECONDS SEED ROOT`. Each input is announced to the parent
 * before it is tried, so that what hangs can be named. Ends with 1 at the first finding.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidProjectError, UserError } from '../../src/diagnostic/errors.ts';
import { lint } from '../../src/lint/lint.ts';
import { canonicalJson } from '../../src/load/canonical.ts';
import { loadProject } from '../../src/load/load.ts';
import { createFileReader } from '../../src/source/files.ts';
import { writeInput } from './inputs.ts';

const [seconds = Number.POSITIVE_INFINITY, firstSeed = 1] = process.argv.slice(2, 4).map(Number);
const root = process.argv[4] ?? '.';
const mostMemory = 512 * 1024 * 1024;

const texts = ['test/diagnostics', 'test/plan', 'examples']
  .map((folder) => join(root, folder))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));

/** A model, or an error that is meant for people; what is printed loads into the same again. */
function tryInput(folder: string): void {
  const environment = { HOME: '/home/nobody' };
  const request = {
    ...{ workingDir: folder, files: [], profiles: [], envFiles: [], environment, services: [] },
  };
  const expected = (work: () => void): boolean => {
    try {
      work();
      return true;
    } catch (error) {
      if (error instanceof InvalidProjectError || error instanceof UserError) return false;
      throw error;
    }
  };
  const reader = createFileReader(environment);
  expected(() => lint(request, reader));
  let json = '';
  const loads = expected(() => {
    json = canonicalJson(loadProject(request, reader).project, { escapeDollars: true });
  });
  if (!loads) return;
  const again = { ...request, files: ['-'], projectDirectory: folder };
  let twice = '';
  const printed = { ...reader, readStdin: () => json };
  const loadsAgain = expected(() => {
    twice = canonicalJson(loadProject(again, printed).project, { escapeDollars: true });
  });
  if (loadsAgain && twice !== json)
    throw new Error(`what is printed loads into another project:\n${json}\n${twice}`);
}

const scratch = mkdtempSync(join(tmpdir(), 'tsc-fuzz-'));
const end = Date.now() + seconds * 1000;
let seed = firstSeed;
let code = 0;
for (; Date.now() < end; seed++) {
  const folder = join(scratch, 'input');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  process.send?.(seed);
  try {
    writeInput(folder, seed, texts);
    tryInput(folder);
    if (process.memoryUsage.rss() > mostMemory) throw new Error('more than 512 MiB of memory');
  } catch (error) {
    process.stderr.write(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}\n`);
    code = 1;
    break;
  }
}
rmSync(scratch, { recursive: true, force: true });
process.stdout.write(`${seed - firstSeed} inputs, seeds ${firstSeed} to ${seed - 1}\n`);
process.exitCode = code;
process.disconnect?.();
