import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exchange } from '../../src/registry/http.ts';
import { proxyFor } from '../../src/registry/proxy.ts';

const named = {
  HTTPS_PROXY: 'http://p:1',
  http_proxy: 'q:2',
  NO_PROXY: 'a.example, .b.example,c.example:444',
};

test.each([
  ['https://r.example/', 'p:1'],
  ['http://r.example/', 'q:2'],
  ['https://a.example/', undefined],
  ['https://x.b.example/', undefined],
  ['https://c.example/', 'p:1'],
  ['https://c.example:444/', undefined],
  ['https://127.0.0.1:5000/', undefined],
  ['https://nota.example/', 'p:1'],
])('%s goes through %s', (url, proxy) => expect(proxyFor(new URL(url), named)?.host).toBe(proxy));

test('nothing goes through what is not named', () => {
  expect(proxyFor(new URL('https://r.example/'), {})).toBeUndefined();
  expect(proxyFor(new URL('https://r.example/'), { ...named, NO_PROXY: '*' })).toBeUndefined();
});

test('TLS goes through a proxy, to the right name; what the proxy says is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-'));
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem'];
  const name = ['-subj', '/CN=r.example', '-addext', 'subjectAltName=DNS:r.example'];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', 'cert.pem', '-days', '2', ...name], {
    ...{ cwd: folder, stdio: 'ignore' },
  });
  const [cert, secret] = ['cert.pem', 'key.pem'].map((file) => readFileSync(join(folder, file), 'utf8'));
  const server = createSecure({ cert, key: secret }, (_, response) => response.end('there'));
  const seen: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    seen.push(`${request.url} ${request.headers['proxy-authorization'] ?? '-'}`);
    if (request.url?.startsWith('r.example:') !== true) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const target = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
    socket.on('error', () => target.destroy());
  });
  await Promise.all(
    [server, proxy].map((one) => new Promise((done) => one.listen(0, '127.0.0.1', done as () => void))),
  );
  const environment = { HTTPS_PROXY: `http://me:pass@127.0.0.1:${(proxy.address() as AddressInfo).port}` };
  try {
    const trust = { tls: { ca: cert! }, insecure: false, environment };
    const { body } = await exchange(new URL('https://r.example/v2/'), { method: 'GET' }, trust);
    expect(body.toString()).toBe('there');
    expect(seen).toEqual([`r.example:443 Basic ${Buffer.from('me:pass').toString('base64')}`]);
    const other = exchange(new URL('https://other.example/'), { method: 'GET' }, trust);
    await expect(other).rejects.toThrow('403 Forbidden');
  } finally {
    server.close();
    proxy.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
