import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { UserError } from '../diagnostic/errors.ts';
import { tarOf } from '../engine/client/archive.ts';
import type { Engine } from '../engine/engine.ts';
import { helperProgram, type Program } from './program.ts';

/** Label of everything that belongs to the helper; on its image, with the program's digest. */
export const helperLabel = 'tscompose.helper';

const repository = 'tscompose-helper';
const made = new WeakMap<Engine, Promise<{ readonly image: string }>>();

/**
 * Makes sure that an engine has the helper's image: loads it from memory unless it is there. No registry is asked.
 * @returns the image's id on that engine
 * @throws UserError `no-helper` if there is none for the engine's architecture, EngineError if it can't be loaded
 */
export function ensureHelper(engine: Engine): Promise<{ readonly image: string }> {
  const before = made.get(engine);
  if (before !== undefined) return before;
  const making = load(engine);
  made.set(engine, making);
  making.catch(() => made.delete(engine));
  return making;
}

async function load(engine: Engine): Promise<{ readonly image: string }> {
  const { os, arch } = engine.facts;
  const program = os === 'linux' ? await helperProgram(arch) : undefined;
  if (program === undefined) {
    throw new UserError('no-helper', `there is no helper for ${os}/${arch}, which ${engine.name} runs on`, {
      hint: 'a build without a Go compiler has none; else use an engine on linux/amd64 or linux/arm64',
    });
  }
  const present = await find(engine, program);
  if (present !== undefined) return { image: present };
  await engine.loadImages(Readable.from([await helperArchive(program)]));
  const loaded = await find(engine, program);
  if (loaded !== undefined) return { image: loaded };
  throw new UserError('no-helper', `${engine.name} took the helper's image, but does not show it`, {
    hint: 'see that no rule there removes images at once',
  });
}

async function find(engine: Engine, { digest }: Program): Promise<string | undefined> {
  return (await engine.listImages({ labels: [`${helperLabel}=${digest}`] }))[0]?.id;
}

/** A docker-archive with one image of one layer: the program as `/helper`. The same program gives the same bytes. */
async function helperArchive({ arch, bytes, digest }: Program): Promise<Uint8Array> {
  const epoch = new Date(0);
  const file = (target: string, content: Uint8Array, mode = 0o644) => ({
    target,
    content,
    mode,
    uid: 0,
    gid: 0,
  });
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const layer = await tarOf([file('helper', bytes, 0o755)], epoch);
  const diff = sha256(layer);
  const config = json({
    architecture: arch,
    os: 'linux',
    created: epoch.toISOString(),
    config: { Entrypoint: ['/helper'], Labels: { [helperLabel]: digest } },
    rootfs: { type: 'layers', diff_ids: [`sha256:${diff}`] },
    history: [{ created: epoch.toISOString(), created_by: 'tscompose' }],
  });
  const name = `${sha256(config)}.json`;
  const tag = `${repository}:${digest.slice(0, 12)}`;
  const manifest = json([{ Config: name, RepoTags: [tag], Layers: [`${diff}/layer.tar`] }]);
  return await tarOf(
    [file(name, config), file(`${diff}/layer.tar`, layer), file('manifest.json', manifest)],
    epoch,
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
