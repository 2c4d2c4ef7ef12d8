/**
 * Makes the base images of the examples and tests from Debian packages, and loads them into an engine.
 *
 *   node scripts/images.mjs [--fresh] [NAME…]     engine: DOCKER_HOST, or the one that tscompose finds
 */
import { ensureImages, imageNames } from './images/make.mjs';
import { findEngine } from './lib/find-engine.mjs';
import { main, ScriptError, say } from './lib/run.mjs';

await main(async (args) => {
  const fresh = args.includes('--fresh');
  const names = args.filter((arg) => !arg.startsWith('-'));
  const host = await findEngine();
  if (!host)
    throw new ScriptError(
      'No engine answers. Start one with `bin/tscompose engine start`, or set DOCKER_HOST.',
    );
  const loaded = await ensureImages(host, names.length > 0 ? names : imageNames, { fresh });
  say(loaded.length > 0 ? `Loaded ${loaded.join(', ')}.` : 'All images are there.');
});
