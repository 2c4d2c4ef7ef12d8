import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { artifact } from '../../src/registry/artifact.ts';
import { sha256 } from '../../src/registry/manifest.ts';
import { fetchOci } from '../../src/source/oci.ts';

/** A registry that holds one artifact, made to order. */
let content: { manifest: object; blobs: Record<string, string> };
let server: Server;
let host: string;
const folder = mkdtempSync(join(tmpdir(), 'oci-'));

beforeAll(async () => {
  server = createServer((request, response) => {
    const blob = content.blobs[request.url?.split('/').at(-1) ?? ''];
    response.end(request.url?.includes('/manifests/') ? JSON.stringify(content.manifest) : blob);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const compose = 'services: {}\n';

function made(extra: { name: string; text: string; type?: string; digest?: string }): void {
  const layer = (text: string, type: string, annotations: object, digest = sha256(Buffer.from(text))) => ({
    ...{ mediaType: type, digest, size: text.length, annotations },
  });
  const type = extra.type ?? artifact.envFile;
  content = {
    manifest: {
      artifactType: artifact.type,
      layers: [
        layer(compose, artifact.composeFile, { [artifact.file]: 'compose.yaml' }),
        layer(extra.text, type, { [artifact.env]: extra.name, [artifact.file]: extra.name }, extra.digest),
      ],
    },
    blobs: {
      [sha256(Buffer.from(compose))]: compose,
      [extra.digest ?? sha256(Buffer.from(extra.text))]: extra.text,
    },
  };
}

const fetched = () => fetchOci(`oci://${host}/app:1`, folder, { environment: {}, home: folder });

test.each(['../evil', '/etc/evil', '..', '.', '', 'a/b', 'compose.yaml', '-x/../y', '.hidden'])(
  'a file named %j is refused: it may lead anywhere',
  async (name) => {
    made({ name, text: `x${name}` });
    await expect(fetched()).rejects.toThrow('holds a file named');
    expect(existsSync(join(folder, 'evil'))).toBe(false);
  },
);

test('content that is not what was announced is refused', async () => {
  made({ name: 'a.env', text: 'X=1', digest: `sha256:${'0'.repeat(64)}` });
  await expect(fetched()).rejects.toMatchObject({ code: 'registry-digest' });
});

test('more than was announced is refused', async () => {
  made({ name: 'a.env', text: 'X=1' });
  content.blobs[sha256(Buffer.from('X=1'))] = 'X=1'.repeat(100);
  await expect(fetched()).rejects.toThrow('more than it may');
});

test('what is no set of compose files is refused', async () => {
  made({ name: 'a.env', text: 'X=1' });
  content.manifest = { config: { mediaType: 'application/vnd.oci.image.config.v1+json' }, layers: [] };
  await expect(fetched()).rejects.toThrow('not a set of compose files');
});

test('the files come under their names', async () => {
  made({ name: 'a.env', text: 'X=1' });
  const { path } = await fetched();
  expect(existsSync(join(path, '../a.env'))).toBe(true);
});
