import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Header } from 'tar-stream';
import { drained } from '../../util/drained.ts';

/**
 * What a tar holds: a digest for each path over type, mode, owner, size, time in seconds, link and content.
 * Two volumes are the same if their manifests are. Folders’ times are left out: they change with each entry.
 */
export interface Manifest {
  readonly entries: ReadonlyMap<string, string>;
  /** Of the contents. */
  readonly bytes: number;
}

/** A stream that goes on to a reader while its tar is digested on the fly. */
export interface Digested {
  readonly stream: Readable;
  /** Resolves when the stream has been read to its end; rejects if it is no whole tar. */
  readonly manifest: Promise<Manifest>;
}

/** @param tar of one folder; its name at the start of each path is cut off */
export async function digested(tar: Readable): Promise<Digested> {
  const { extract } = await import('tar-stream');
  const parser = extract();
  const manifest = readEntries(parser);
  // The reader of the stream meets the same error; whoever looks first reports it.
  manifest.catch(() => {});
  let whole = false;
  async function* through(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of tar) {
        if (!parser.destroyed && !parser.write(chunk)) await drained(parser);
        yield chunk;
      }
      whole = true;
      parser.end(null);
    } catch (error) {
      parser.destroy(error instanceof Error ? error : new Error(String(error)));
      throw error;
    } finally {
      if (!whole) parser.destroy();
    }
  }
  const stream = Readable.from(through(), { objectMode: false });
  stream.once('close', () => tar.destroy());
  return { stream, manifest };
}

/** Reads a tar to its end for its manifest alone. */
export async function manifestOf(tar: Readable): Promise<Manifest> {
  const { stream, manifest } = await digested(tar);
  for await (const _ of stream) {
    // Only the digests count.
  }
  return manifest;
}

async function readEntries(parser: AsyncIterable<Entry>): Promise<Manifest> {
  const entries = new Map<string, string>();
  const links = new Map<string, string>();
  let bytes = 0;
  for await (const entry of parser) {
    const content = createHash('sha256');
    for await (const chunk of entry) if (chunk instanceof Uint8Array) content.update(chunk);
    const { header } = entry;
    const path = inside(header.name);
    bytes += header.type === 'file' ? header.size : 0;
    if (header.type === 'link') links.set(path, inside(header.linkname));
    entries.set(path, digestOf(header, content.digest('base64')));
  }
  return { entries: withHardLinks(entries, links), bytes };
}

/**
 * Which of the names of a file a tar has as the file, and which as links to it, is chance: all get the file's
 * digest and the first of the names.
 */
function withHardLinks(
  entries: ReadonlyMap<string, string>,
  links: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const groups = new Map<string, string[]>();
  for (const [path, target] of links) groups.set(target, [...(groups.get(target) ?? [target]), path]);
  const result = new Map(entries);
  for (const [target, names] of groups) {
    const digest = `${entries.get(target)} ${[...names].sort()[0]}`;
    for (const name of names) result.set(name, digest);
  }
  return result;
}

interface Entry extends AsyncIterable<unknown> {
  readonly header: Header;
}

/** `volume/a/b` and `./volume/a/b/` → `a/b` */
function inside(name: string): string {
  return name
    .replace(/^(\.?\/)+/, '')
    .replace(/\/+$/, '')
    .split('/')
    .slice(1)
    .join('/');
}

function digestOf(header: Header, content: string): string {
  const { type, mode, size, mtime, devmajor, devminor } = header;
  const facts = [
    type,
    (mode & 0o7777).toString(8),
    ownerOf(header, 'uid'),
    ownerOf(header, 'gid'),
    type === 'directory' ? 0 : size,
    type === 'directory' ? 0 : Math.floor(mtime.getTime() / 1000),
    type === 'symlink' ? header.linkname : '',
    `${devmajor ?? 0}:${devminor ?? 0}`,
    content,
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64').slice(0, 22);
}

/** Large ids stand in an extended header. */
function ownerOf({ pax, uid, gid }: Header, which: 'uid' | 'gid'): number {
  const extended =
    typeof pax === 'object' && pax !== null ? new Map(Object.entries(pax)).get(which) : undefined;
  return extended === undefined ? { uid, gid }[which] : Number(extended);
}

/** Paths that differ between two manifests, as text; empty if they are the same. */
export function differences(before: Manifest, after: Manifest): readonly string[] {
  const found: string[] = [];
  for (const [path, digest] of before.entries) {
    const other = after.entries.get(path);
    if (other === undefined) found.push(`${path || '.'} is missing`);
    else if (other !== digest) found.push(`${path || '.'} differs`);
  }
  for (const path of after.entries.keys()) {
    if (!before.entries.has(path)) found.push(`${path || '.'} was not there before`);
  }
  return found;
}
