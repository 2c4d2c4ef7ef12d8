import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../diagnostic/errors.ts';
import { readArtifact } from '../registry/artifact.ts';
import type { RegistryWorld } from '../registry/world.ts';
import { makeFolder } from '../util/folder.ts';
import { rename } from './git.ts';
import type { Fetched } from './remotes.ts';

/**
 * Fetches `oci://HOST/NAME[:TAG]`, compose files that `publish` has brought to a registry, into the cache, where
 * each digest has a folder.
 * @param digest takes the place of the tag: what a lock file says
 * @throws UserError when it can't be fetched, or is no such artifact
 */
export async function fetchOci(
  reference: string,
  cacheDir: string,
  world: RegistryWorld,
  digest?: string,
): Promise<Fetched> {
  const home = join(cacheDir, 'oci');
  const folderOf = (one: string) => join(home, one.replace(/^sha256:/, ''));
  const done = (found: string): Fetched => ({
    path: join(folderOf(found), 'compose.yaml'),
    version: { digest: found },
  });
  if (digest !== undefined && existsSync(folderOf(digest))) return done(digest);
  const artifact = await readArtifact(reference.slice('oci://'.length), world, digest);
  if (existsSync(folderOf(artifact.digest))) return done(artifact.digest);
  makeFolder(home, 0o700);
  const work = mkdtempSync(join(home, 'new-'));
  try {
    const documents = artifact.files.filter(({ kind }) => kind === 'compose');
    writeFileSync(join(work, 'compose.yaml'), documents.map(({ text }) => text).join('\n---\n'));
    for (const { kind, name, text } of artifact.files) {
      if (kind === 'compose') continue;
      // Who made the artifact chose the name: it must not lead out of the folder.
      if (!/^[\w-][\w.-]*$/.test(name) || name === 'compose.yaml') throw badName(reference, name);
      writeFileSync(join(work, name), text);
    }
    rename(work, folderOf(artifact.digest));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return done(artifact.digest);
}

function badName(reference: string, name: string): UserError {
  return new UserError('TSC105', `${reference} holds a file named ${JSON.stringify(name)}`, {
    hint: 'such a name may lead anywhere: do not use what comes from there',
  });
}
