import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { engineCall } from './engines.ts';
import { isRecord } from './json.ts';

/** An image made from busybox without a builder: a file of random bytes, and a label that tells it apart. */
export async function makeImage(
  host: string,
  name: string,
  { mark, bytes = 2_000, command = 'sleep 1000' }: { mark: string; bytes?: number; command?: string },
): Promise<string> {
  const made = await call(host, 'POST', '/containers/create', { Image: 'busybox', Cmd: ['true'] });
  const id = text(made, 'Id');
  const tar = pack();
  tar.entry({ name: 'content' }, randomBytes(bytes));
  tar.finalize();
  await call(host, 'PUT', `/containers/${id}/archive?path=/`, await buffer(tar));
  const [, repo = '', tag = ''] = /^(.*):([^:/]+)$/.exec(name) ?? [];
  const changes = [`LABEL mark=${mark}`, `CMD ${JSON.stringify(command.split(' '))}`]
    .map((change) => `&changes=${encodeURIComponent(change)}`)
    .join('');
  const where = `container=${id}&repo=${encodeURIComponent(repo)}&tag=${tag}${changes}`;
  const image = text(await call(host, 'POST', `/commit?${where}`, {}), 'Id');
  await call(host, 'DELETE', `/containers/${id}?force=1`);
  return image;
}

/** Takes a name of an image away; the image goes with its last name. */
export async function dropImage(host: string, name: string): Promise<void> {
  await engineCall(host, 'DELETE', `/images/${name}?force=1`);
}

/** What an engine knows of an image; undefined if it has none of that name. */
export async function imageOf(
  host: string,
  name: string,
): Promise<{ readonly id: string; readonly mark: unknown; readonly digests: readonly string[] } | undefined> {
  const { status, body } = await engineCall(host, 'GET', `/images/${name}/json`);
  if (status !== 200 || !isRecord(body)) return undefined;
  const config = isRecord(body['Config']) ? body['Config'] : {};
  const labels = isRecord(config['Labels']) ? config['Labels'] : {};
  const digests = Array.isArray(body['RepoDigests']) ? body['RepoDigests'].map(String) : [];
  return { id: String(body['Id']), mark: labels['mark'], digests };
}

/** @throws for any answer above 299 */
export function call(host: string, method: string, path: string, body?: object | Buffer): Promise<unknown> {
  return new Promise((done, fail) => {
    const isTar = body instanceof Buffer;
    const bytes = body === undefined ? undefined : isTar ? body : Buffer.from(JSON.stringify(body));
    const headers = {
      ...(bytes !== undefined && { 'Content-Length': bytes.length }),
      'Content-Type': isTar ? 'application/x-tar' : 'application/json',
    };
    const sent = request({ socketPath: host.replace('unix://', ''), method, path, headers }, (answer) => {
      let said = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
      });
      answer.once('end', () => {
        const status = answer.statusCode ?? 0;
        if (status > 299) fail(new Error(`${method} ${path}: ${status} ${said}`));
        else done(said.startsWith('{') || said.startsWith('[') ? JSON.parse(said) : said);
      });
    });
    sent.once('error', fail);
    sent.end(bytes);
  });
}

function text(value: unknown, key: string): string {
  return isRecord(value) ? String(value[key]) : '';
}
