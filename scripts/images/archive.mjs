import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arch } from 'node:process';
import { capture } from '../lib/run.mjs';

/** Same files, same bytes, same image id: no times, no owners but the one given. */
const stable = ['--sort=name', '--mtime=@0', '--numeric-owner', '--format=gnu'];

const digest = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

/**
 * Writes a docker-archive (what `docker load` reads) of the layers given, the lowest first.
 * @param layers folders; all files of a layer belong to its `owner` (uid = gid)
 */
export function writeArchive(target, { reference, layers, config }) {
  const scratch = mkdtempSync(`${target}.`);
  try {
    const names = layers.map(({ folder, owner }) => {
      const file = join(scratch, 'layer');
      capture('tar', ['-C', folder, ...stable, `--owner=${owner}`, `--group=${owner}`, '-cf', file, '.']);
      const name = `${digest(file)}.tar`;
      renameSync(file, join(scratch, name));
      return name;
    });
    const image = JSON.stringify({
      architecture: { x64: 'amd64', arm64: 'arm64' }[arch] ?? arch,
      os: 'linux',
      created: '1970-01-01T00:00:00Z',
      config,
      rootfs: { type: 'layers', diff_ids: names.map((name) => `sha256:${name.slice(0, 64)}`) },
      history: names.map(() => ({ created: '1970-01-01T00:00:00Z', created_by: 'scripts/images' })),
    });
    const id = createHash('sha256').update(image).digest('hex');
    writeFileSync(join(scratch, `${id}.json`), image);
    const manifest = [{ Config: `${id}.json`, RepoTags: [reference], Layers: names }];
    writeFileSync(join(scratch, 'manifest.json'), JSON.stringify(manifest));
    capture('tar', [
      '-C',
      scratch,
      '-cf',
      join(scratch, 'out'),
      'manifest.json',
      `${id}.json`,
      ...new Set(names),
    ]);
    copyFileSync(join(scratch, 'out'), `${target}.new`);
    renameSync(`${target}.new`, target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
