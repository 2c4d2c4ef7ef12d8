import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Registry } from '../../src/registry/client.ts';

let server: Server;
let host: string;
let handle: (request: IncomingMessage, response: ServerResponse, body: string) => void;
const seen: string[] = [];
const home = mkdtempSync(join(tmpdir(), 'client-'));

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`);
      handle(request, response, body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
beforeEach(() => seen.splice(0));
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});

function open(login?: object): Registry {
  mkdirSync(join(home, '.docker'), { recursive: true });
  writeFileSync(join(home, '.docker/config.json'), JSON.stringify(login ? { auths: { [host]: login } } : {}));
  return new Registry(host, { environment: {}, home });
}

const basic = Buffer.from('me:pass').toString('base64');

/** A registry that wants a token, and the realm that gives it to who may have it. */
function withTokens(grant: (request: IncomingMessage, body: string) => string | undefined): void {
  handle = (request, response, body) => {
    if (request.url?.startsWith('/token')) {
      const token = grant(request, body);
      response.writeHead(token === undefined ? 401 : 200).end(JSON.stringify({ token }));
    } else if (request.headers.authorization === 'Bearer t1') {
      response.end('{}');
    } else {
      const realm = `Bearer realm="http://${host}/token",service="s",scope="repository:a:pull"`;
      response.writeHead(401, { 'WWW-Authenticate': realm }).end();
    }
  };
}

test('a login is exchanged for a token, which is used again', async () => {
  withTokens(({ headers }) => (headers.authorization === `Basic ${basic}` ? 't1' : undefined));
  const registry = open({ auth: basic });
  expect((await registry.ask('/v2/a/manifests/1', { method: 'GET' })).status).toBe(200);
  expect((await registry.ask('/v2/a/manifests/2', { method: 'GET' })).status).toBe(200);
  expect(seen.filter((line) => line.includes('/token'))).toEqual([
    `GET /token?service=s&scope=repository%3Aa%3Apull Basic ${basic}`,
  ]);
  expect(seen.at(-1)).toBe('GET /v2/a/manifests/2 Bearer t1');
});

test('an identity token is exchanged too', async () => {
  withTokens((request, body) =>
    request.method === 'POST' && new URLSearchParams(body).get('refresh_token') === 'id' ? 't1' : undefined,
  );
  const login = { auth: Buffer.from('me:').toString('base64'), identitytoken: 'id' };
  expect((await open(login).ask('/v2/a/manifests/1', { method: 'GET' })).status).toBe(200);
});

test('who may not is told to log in', async () => {
  withTokens(() => undefined);
  const asked = open().ask('/v2/a/manifests/1', { method: 'GET' });
  await expect(asked).rejects.toMatchObject({
    code: 'registry-denied',
    hint: expect.stringContaining('log in'),
  });
});

test('a storage elsewhere is read without the login', async () => {
  const other = host.replace('127.0.0.1', 'localhost');
  handle = (request, response) => {
    if (request.url === '/blob') return response.end('content');
    if (request.headers.authorization === undefined) {
      return response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="r"' }).end();
    }
    return response.writeHead(307, { Location: `http://${other}/blob` }).end();
  };
  const { body } = await open({ auth: basic }).ask('/v2/a/blobs/x', { method: 'GET' });
  expect(body.toString()).toBe('content');
  expect(seen.at(-1)).toBe('GET /blob -');
});

test('reads are tried again after a disturbance, writes are not', async () => {
  let left = 1;
  handle = (_, response) => {
    response.writeHead(left-- > 0 ? 503 : 200).end();
  };
  expect((await open().ask('/v2/', { method: 'GET' })).status).toBe(200);
  left = 1;
  await expect(open().ask('/v2/', { method: 'POST' })).rejects.toMatchObject({ code: 'registry' });
});

test('nobody there is said so, with the host', async () => {
  const registry = new Registry('127.0.0.1:1', { environment: {}, home });
  await expect(registry.ask('/v2/', { method: 'POST' })).rejects.toThrow('registry 127.0.0.1:1');
});
