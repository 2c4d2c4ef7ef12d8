import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask, imageId, loadArchive } from '../lib/engine-http.mjs';
import { cacheFolder } from '../lib/places.mjs';
import { ScriptError, say } from '../lib/run.mjs';
import { writeArchive } from './archive.mjs';
import { recipes } from './recipes.mjs';
import { userlandLayer } from './rootfs.mjs';

export const prefix = 'tscompose-base';
export const imageNames = Object.keys(recipes);

/** Changes with the recipes and with this machine's Node: an archive in the cache is used while it stays. */
function recipeKey() {
  const folder = dirname(fileURLToPath(import.meta.url));
  const hash = createHash('sha256').update(`${process.version} ${process.arch}`);
  for (const name of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 12);
}

/** Makes the archives that the cache lacks. @returns path by image name */
export function makeArchives(names = imageNames, { fresh = false } = {}) {
  const cache = cacheFolder('images');
  const key = recipeKey();
  const path = (name) => join(cache, `${name}-${key}.tar`);
  const missing = names.filter((name) => fresh || !existsSync(path(name)));
  const unknown = names.find((name) => !recipes[name]);
  if (unknown) throw new ScriptError(`There is no image ${unknown}; there are ${imageNames.join(', ')}.`);
  if (missing.length > 0) {
    const work = mkdtempSync(join(tmpdir(), 'tscompose-images-'));
    const make = () => mkdtempSync(join(work, 'layer-'));
    try {
      const userland = { folder: userlandLayer(make(), make()), owner: 0 };
      for (const name of missing) {
        say(`Making the image ${prefix}/${name} from Debian packages …`);
        const recipe = recipes[name];
        const config = { ...recipe.config, Labels: { 'io.tscompose.base': key } };
        const layers = [userland, ...recipe.layers(make)];
        writeArchive(path(name), { reference: `docker.io/${prefix}/${name}:latest`, layers, config });
      }
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
    for (const name of readdirSync(cache))
      if (!name.includes(key)) rmSync(join(cache, name), { recursive: true });
  }
  return Object.fromEntries(names.map((name) => [name, path(name)]));
}

/**
 * Sees to it that an engine has the base images as they are made now.
 * @returns the references that were loaded; none if all were there
 */
export async function ensureImages(host, names = imageNames, options = {}) {
  const loaded = [];
  const key = recipeKey();
  for (const name of names) {
    const reference = `${prefix}/${name}:latest`;
    if (!options.fresh && (await labelOf(host, reference)) === key) continue;
    await loadArchive(host, makeArchives([name], options)[name]);
    await check(host, reference, recipes[name].check);
    loaded.push(reference);
  }
  return loaded;
}

async function labelOf(host, reference) {
  if (!(await imageId(host, reference))) return undefined;
  const image = await ask(host, 'GET', `/images/${reference}/json`);
  return image.Config?.Labels?.['io.tscompose.base'];
}

/** Runs one command in a container of the image, without network. */
async function check(host, reference, command) {
  const body = {
    Image: reference,
    Entrypoint: ['sh', '-c', command],
    Cmd: [],
    HostConfig: { NetworkMode: 'none' },
  };
  const { Id } = await ask(host, 'POST', '/containers/create', { body });
  try {
    await ask(host, 'POST', `/containers/${Id}/start`);
    const { StatusCode } = await ask(host, 'POST', `/containers/${Id}/wait`);
    if (StatusCode !== 0) {
      const log = await ask(host, 'GET', `/containers/${Id}/logs?stdout=1&stderr=1`);
      throw new ScriptError(`${reference} does not work: \`${command}\` ended with ${StatusCode}: ${log}`);
    }
  } finally {
    await ask(host, 'DELETE', `/containers/${Id}?force=1&v=1`);
  }
}
