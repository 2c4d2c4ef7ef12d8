import { request } from 'node:http';
import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { engineCall } from './engines.ts';
import { isRecord } from './json.ts';

/** What the engine tells of an image; undefined if it has none of that name. */
export async function image(host: string, name: string): Promise<ImageSeen | undefined> {
  const { status, body } = await engineCall(host, 'GET', `/images/${name}/json`);
  if (status !== 200 || !isRecord(body)) return undefined;
  const config = isRecord(body['Config']) ? body['Config'] : {};
  return {
    id: String(body['Id']),
    tags: Array.isArray(body['RepoTags']) ? body['RepoTags'].map(String) : [],
    labels: isRecord(config['Labels']) ? config['Labels'] : {},
    architecture: String(body['Architecture']),
  };
}

export interface ImageSeen {
  readonly id: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, unknown>>;
  readonly architecture: string;
}

/** Architectures of an image of several, `attestation` for what is told of one; as an engine that keeps them all lists them. */
export async function platforms(host: string, name: string): Promise<readonly string[]> {
  const path = `/images/json?manifests=1&filters=${encodeURIComponent(JSON.stringify({ reference: [name] }))}`;
  const { body } = await engineCall(host, 'GET', path);
  const [found] = Array.isArray(body) ? body : [];
  const manifests = isRecord(found) && Array.isArray(found['Manifests']) ? found['Manifests'] : [];
  return manifests.filter(isRecord).map(({ Kind, ImageData }) => {
    const platform = isRecord(ImageData) && isRecord(ImageData['Platform']) ? ImageData['Platform'] : {};
    return Kind === 'attestation' ? Kind : String(platform['architecture']);
  });
}

/** Text of how the image was made. */
export async function history(host: string, name: string): Promise<string> {
  return JSON.stringify((await engineCall(host, 'GET', `/images/${name}/history`)).body);
}

/** Text files below a folder of an image, by path; nothing is started. */
export async function imageFiles(
  host: string,
  name: string,
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  const body = Buffer.from(JSON.stringify({ Image: name, Cmd: ['none'] }));
  const made: unknown = JSON.parse((await bytes(host, 'POST', '/containers/create', body)).toString());
  const id = isRecord(made) ? String(made['Id']) : '';
  try {
    const tar = await bytes(host, 'GET', `/containers/${id}/archive?path=${encodeURIComponent(folder)}`);
    return await unpacked(tar);
  } finally {
    await engineCall(host, 'DELETE', `/containers/${id}?force=1&v=1`);
  }
}

/** The image with all its layers, as it would go to another engine. */
export function savedImage(host: string, name: string): Promise<Buffer> {
  return bytes(host, 'GET', `/images/${name}/get`);
}

async function unpacked(tar: Buffer): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {};
  const parser = extract();
  parser.end(tar);
  for await (const entry of parser) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) if (chunk instanceof Uint8Array) chunks.push(chunk);
    if (entry.header.type === 'file') files[entry.header.name] = Buffer.concat(chunks).toString();
  }
  return files;
}

function bytes(host: string, method: string, path: string, body?: Buffer): Promise<Buffer> {
  return new Promise((done, fail) => {
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const options = { socketPath: host.replace('unix://', ''), host: 'engine', method, path, headers };
    const sent = request(options, (answer: Readable) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('end', () => done(Buffer.concat(chunks)));
      answer.once('error', fail);
    });
    sent.once('error', fail);
    sent.end(body);
  });
}
