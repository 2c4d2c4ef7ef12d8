/** Types, lint and format, dead code: `npm run check`. Generated files are made first, so that a clean clone can run it. */

import { join } from 'node:path';
import { docs } from './docs.mjs';
import { generate } from './generate.mjs';
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs';
import { main, root, run, say } from './lib/run.mjs';

const tool = (name) => join(root, 'node_modules', '.bin', name);

await main(async () => {
  await ensureInstalled();
  await generate();
  await ensureBuilt();
  const steps = [
    ['types', 'tsc', ['-p', '.']],
    ['lint and format', 'biome', ['check', '--error-on-warnings']],
    ['dead code', 'knip', ['--config', 'scripts/knip.json']],
  ];
  const failed = [];
  for (const [name, program, args] of steps) {
    say(`check: ${name} (${program})`);
    if ((await run(tool(program), args)) !== 0) failed.push(name);
  }
  say('check: reference of commands (docs/cli, man)');
  if (!(await docs(true))) failed.push('reference');
  say(failed.length > 0 ? `check failed: ${failed.join(', ')}` : 'check: all well');
  return failed.length > 0 ? 1 : 0;
});
