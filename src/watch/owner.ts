import type { Readable } from 'node:stream';
import type { Engine } from '../engine/engine.ts';
import type { Owner } from './archive.ts';

/**
 * Whom files are to belong to: the user that the container runs as, so that it may change them.
 * @returns undefined if it runs as root, to whom owners make no difference
 */
export async function ownerOf(engine: Engine, id: string): Promise<Owner | undefined> {
  const { body } = await engine.inspectContainer(id);
  const [user = '', group] = (body.User ?? '').split(':');
  if (user === '' || user === 'root' || user === '0') return undefined;
  const known = /^\d+$/.test(user) ? undefined : await lineOf(engine, id, '/etc/passwd', user);
  const uid = known === undefined ? Number(user) : Number(known[2]);
  if (Number.isNaN(uid)) return undefined;
  const gid = group === undefined ? Number(known?.[3] ?? 0) : await groupOf(engine, id, group);
  return { uid, gid };
}

async function groupOf(engine: Engine, id: string, group: string): Promise<number> {
  if (/^\d+$/.test(group)) return Number(group);
  return Number((await lineOf(engine, id, '/etc/group', group))?.[2] ?? 0);
}

/** The fields of a line that begins with a name. */
async function lineOf(
  engine: Engine,
  id: string,
  path: string,
  name: string,
): Promise<readonly string[] | undefined> {
  const found = await engine.getArchive(id, path).catch(() => undefined);
  if (found === undefined) return undefined;
  const text = await firstFile(found.stream);
  const lines = text.split('\n').map((line) => line.split(':'));
  return lines.find(([first]) => first === name);
}

async function firstFile(tar: Readable): Promise<string> {
  const { extract } = await import('tar-stream');
  const entries = extract();
  tar.once('error', (error) => entries.destroy(error));
  tar.pipe(entries);
  let text = '';
  for await (const entry of entries) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) if (chunk instanceof Uint8Array) chunks.push(chunk);
    text ||= Buffer.concat(chunks).toString('utf8');
  }
  return text;
}
