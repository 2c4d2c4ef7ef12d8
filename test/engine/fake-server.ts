import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readAddress } from '../../src/engine/address.ts';
import { type Dialable, Transport } from '../../src/engine/http/transport.ts';

export function address(text: string): Dialable {
  const read = readAddress(text, 'linux');
  if (read.kind === 'ssh') throw new Error('ssh addresses are not dialled');
  return read;
}

/** An HTTP server on a socket of its own; it ends with the test. */
export async function fakeServer(
  listener: http.RequestListener,
): Promise<{ server: http.Server; host: string; transport: Transport }> {
  const folder = mkdtempSync(join(tmpdir(), 'engine-'));
  const path = join(folder, 's');
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const host = `unix://${path}`;
  const transport = new Transport(address(host));
  onTestFinished(() => {
    transport.close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { server, host, transport };
}

export interface Route {
  readonly match: RegExp;
  readonly answer: (request: { url: URL; body: unknown }) => { status?: number; body?: unknown };
}

/** A small engine: records its calls and answers by the first route that matches `METHOD /path`. */
export async function fakeEngine(
  routes: readonly Route[],
  headers: Record<string, string> = {
    'Api-Version': '1.41',
    Server: 'Docker/20.10.24 (linux)',
    Ostype: 'linux',
  },
) {
  const calls: { call: string; url: URL; body: unknown }[] = [];
  const made = await fakeServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const url = new URL(request.url ?? '/', 'http://engine');
    const call = `${request.method} ${url.pathname.replace(/^\/v[\d.]+/, '')}`;
    let body: unknown;
    try {
      body = text === '' ? undefined : JSON.parse(text);
    } catch {
      body = text;
    }
    calls.push({ call, url, body });
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (call.endsWith('/_ping')) return void response.end('OK');
    const route = routes.find(({ match }) => match.test(call));
    const answer = route?.answer({ url, body }) ?? { status: 404, body: { message: `no route for ${call}` } };
    response.statusCode = answer.status ?? 200;
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  });
  return { ...made, calls };
}
