import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineError } from '../../src/diagnostic/errors.ts';
import { queryText, Transport } from '../../src/engine/http/transport.ts';
import { address, fakeServer } from './fake-server.ts';

describe('requests', () => {
  test('JSON goes and comes, and one connection serves many', async () => {
    const sockets = new Set<unknown>();
    const { transport } = await fakeServer((request, response) => {
      sockets.add(request.socket);
      response.setHeader('Content-Type', 'application/json');
      request.pipe(response);
    });
    for (let i = 0; i < 5; i++)
      expect(await transport.json('POST', '/v1.41/x', { body: { i } })).toEqual({ i });
    expect(sockets.size).toBe(1);
  });

  test('parallel requests are bounded', async () => {
    let most = 0;
    const { transport, server } = await fakeServer((_, response) => {
      setTimeout(() => response.end('{}'), 20);
    });
    server.on('connection', () => {
      server.getConnections((_, count) => {
        most = Math.max(most, count);
      });
    });
    await Promise.all(Array.from({ length: 200 }, () => transport.json('GET', '/x')));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(48);
  });

  test('an idle connection that was closed is no error for a read', async () => {
    let count = 0;
    const { transport } = await fakeServer((request, response) => {
      count++;
      // The second request comes on a connection that dies under it.
      if (count === 2) request.socket.destroy();
      else response.end('{}');
    });
    await transport.json('GET', '/x');
    expect(await transport.json('GET', '/x')).toEqual({});
    expect(count).toBe(3);
  });

  test('but a change is not repeated', async () => {
    let count = 0;
    const { transport } = await fakeServer((request, response) => {
      count++;
      if (count === 2) request.socket.destroy();
      else response.end('{}');
    });
    await transport.json('GET', '/x');
    await expect(transport.json('POST', '/x', { body: {} })).rejects.toMatchObject({ kind: 'unreachable' });
    expect(count).toBe(2);
  });

  test('a refusal has the kind, the call without version and the engine’s words', async () => {
    const { transport } = await fakeServer((_, response) => {
      response.statusCode = 409;
      response.end('{"message":"taken"}');
    });
    const error = await transport.json('POST', '/v1.41/containers/create').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ kind: 'conflict', call: 'POST /containers/create', message: 'taken' });
  });

  test('an aborted call ends with the reason of the signal', async () => {
    const { transport } = await fakeServer(() => {});
    const controller = new AbortController();
    const call = transport.json('GET', '/x', { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 10);
    await expect(call).rejects.toThrow('enough');
  });

  test('an answer that breaks off is an error', async () => {
    const { transport } = await fakeServer((_, response) => {
      response.setHeader('Content-Length', 100);
      response.write('{');
      setTimeout(() => response.destroy(), 10);
    });
    await expect(transport.json('GET', '/x')).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test('no socket, no listener', async () => {
    const gone = new Transport(address('unix:///nonexistent/s'));
    await expect(gone.json('GET', '/_ping')).rejects.toMatchObject({ kind: 'unreachable' });
    const closed = new Transport(address('tcp://127.0.0.1:1'));
    await expect(closed.json('GET', '/_ping')).rejects.toThrow(/nothing listens there/);
  });

  test('queries', () => {
    const query = { a: 1, b: undefined, c: true, filters: { label: ['x=y'] }, names: ['p', 'q'] };
    expect(queryText(query)).toBe(
      '?a=1&c=true&filters=%7B%22label%22%3A%5B%22x%3Dy%22%5D%7D&names=p&names=q',
    );
    expect(queryText({})).toBe('');
  });
});

test('attaching sends nothing after the headers, then both ways are open', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'attach-'));
  const path = join(folder, 's');
  let received = '';
  const server = net.createServer((socket) => {
    socket.on('data', (data) => {
      received += data.toString('latin1');
      if (received.endsWith('\r\n\r\n')) {
        socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nearly');
      }
      if (received.endsWith('typed')) socket.end('!');
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const transport = new Transport(address(`unix://${path}`));
  const { socket, head } = await transport.upgrade('POST', '/containers/x/attach', {
    query: { stream: true },
  });
  expect(received).toMatch(/^POST \/containers\/x\/attach\?stream=true HTTP\/1\.1\r\n/);
  expect(received).not.toMatch(/transfer-encoding|content-length: [1-9]/i);
  let seen = head.toString();
  socket.on('data', (data) => {
    seen += String(data);
  });
  socket.write('typed');
  await new Promise((resolve) => socket.once('end', resolve));
  expect(received.endsWith('\r\n\r\ntyped')).toBe(true);
  expect(seen).toBe('early!');
  transport.close();
  server.close();
  rmSync(folder, { recursive: true });
});

describe('TLS', () => {
  let folder: string;
  let server: https.Server;
  let host: string;
  const pem = (name: string) => readFileSync(join(folder, name), 'utf8');

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tls-'));
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      'ca-key.pem',
      '-out',
      'ca.pem',
      '-days',
      '2',
      '-subj',
      '/CN=test authority',
    );
    for (const name of ['server', 'client']) {
      openssl(
        'req',
        ...key,
        '-keyout',
        `${name}-key.pem`,
        '-out',
        `${name}.csr`,
        '-subj',
        `/CN=${name}`,
        '-addext',
        'subjectAltName=IP:127.0.0.1',
      );
      openssl(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca-key.pem',
        '-CAcreateserial',
        '-copy_extensions',
        'copy',
        '-out',
        `${name}.pem`,
        '-days',
        '2',
      );
    }
    const options = {
      ca: pem('ca.pem'),
      cert: pem('server.pem'),
      key: pem('server-key.pem'),
      requestCert: true,
    };
    server = https.createServer({ ...options, rejectUnauthorized: true }, (_, response) =>
      response.end('{"ok":true}'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bound = server.address();
    host = `tcp://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const client = () => ({ cert: pem('client.pem'), key: pem('client-key.pem') });
  const get = async (transport: Transport) => {
    try {
      return await transport.json('GET', '/x');
    } finally {
      transport.close();
    }
  };

  test('both sides show their certificates', async () => {
    const material = { ca: pem('ca.pem'), ...client(), verify: true };
    expect(await get(new Transport(address(host), material))).toEqual({ ok: true });
  });

  test('an engine of another authority is refused, unless that is allowed', async () => {
    const unknown = get(new Transport(address(host), { ...client(), verify: true }));
    await expect(unknown).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('authority'),
    });
    expect(await get(new Transport(address(host), { ...client(), verify: false }))).toEqual({ ok: true });
  });

  test('an engine that wants a certificate gets told about', async () => {
    const call = get(new Transport(address(host), { ca: pem('ca.pem'), verify: true }));
    await expect(call).rejects.toBeInstanceOf(EngineError);
  });

  test('plain HTTP to a TLS port', async () => {
    await expect(get(new Transport(address(host)))).rejects.toBeInstanceOf(EngineError);
  });
});
