import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Makes the files that git ignores and the tests import; a clean clone does not have them. */
export function setup(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/generate.mjs', import.meta.url))]);
}
