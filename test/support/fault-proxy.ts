import http from 'node:http';
import { freePort, type TestRegistry } from './registry.ts';

/** Something that goes wrong between an engine and a registry. */
export interface Fault {
  /** Matches `METHOD /path`. */
  readonly on: RegExp;
  /** How often; default: always. */
  readonly times?: number;
  readonly does:
    | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
    /** The connection breaks after so many bytes of the answer. */
    | { readonly cutAfter: number }
    /** The answer ends with a blank more: JSON that means the same, with another digest. */
    | { readonly corrupts: true };
}

export interface FaultProxy {
  readonly host: string;
  /** `METHOD /path` of all requests, in order. */
  readonly seen: readonly string[];
  /** Replaces the faults. */
  set(...faults: readonly Fault[]): void;
  stop(): Promise<void>;
}

/** A registry's address of its own, with faults on the way to it. */
export async function startFaultProxy(registry: TestRegistry): Promise<FaultProxy> {
  const seen: string[] = [];
  let faults: { fault: Fault; left: number }[] = [];
  const server = http.createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    seen.push(line);
    const hit = faults.find(({ fault, left }) => left > 0 && fault.on.test(line));
    if (hit !== undefined) hit.left -= 1;
    const does = hit?.fault.does;
    if (does !== undefined && 'status' in does) {
      request.resume();
      const text = does.status === 429 ? 'TOOMANYREQUESTS' : 'UNKNOWN';
      response.writeHead(does.status, { ...does.headers, 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ errors: [{ code: text, message: text.toLowerCase() }] }));
      return;
    }
    const { method, headers, url: path } = request;
    const target = { host: '127.0.0.1', port: registry.port, method, headers, path, agent: false };
    const sent = http.request(target, (answer) => {
      const longer = does !== undefined && 'corrupts' in does;
      const { 'content-length': length, ...rest } = answer.headers;
      const given = length === undefined || longer ? rest : answer.headers;
      response.writeHead(answer.statusCode ?? 502, given);
      let left = does !== undefined && 'cutAfter' in does ? does.cutAfter : Number.POSITIVE_INFINITY;
      answer.on('data', (chunk: Buffer) => {
        response.write(chunk.subarray(0, left));
        left -= chunk.length;
        if (left <= 0) response.destroy();
      });
      answer.once('end', () => response.end(longer ? ' ' : undefined));
    });
    sent.once('error', () => response.destroy());
    request.pipe(sent);
  });
  const port = freePort();
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', done);
  });
  return {
    ...{ host: `127.0.0.1:${port}`, seen },
    set: (...wanted) => {
      faults = wanted.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
    },
    stop: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
