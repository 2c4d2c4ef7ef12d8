import { createServer, request, type Server } from 'node:http';

/** Stands before an engine on a unix socket and takes down what is asked of it. */
export class CountingProxy {
  readonly calls: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /**
   * @param answers what is answered in place of the engine: status and text, or undefined to ask it
   * @param rewrite changes what the engine says to a call
   */
  static async open(
    socket: string,
    engine: string,
    answers: (call: string) => readonly [status: number, text: string] | undefined = () => undefined,
    rewrite: (call: string, text: string) => string = (_, text) => text,
  ): Promise<CountingProxy> {
    const server = createServer((asked, answer) => {
      const path = (asked.url ?? '').replace(/^\/v[\d.]+(?=\/)/, '').replace(/\?.*$/, '');
      const call = `${asked.method} ${path}`;
      proxy.calls.push(call);
      const own = answers(call);
      if (own !== undefined) {
        asked.resume();
        answer.writeHead(own[0], { 'content-type': 'application/json' }).end(own[1]);
        return;
      }
      const { 'content-length': _, ...headers } = asked.headers;
      const sent = request(
        { socketPath: engine, method: asked.method, path: asked.url, headers },
        (received) => {
          const chunks: Buffer[] = [];
          received.on('data', (chunk: Buffer) => chunks.push(chunk));
          received.once('end', () => {
            const { 'transfer-encoding': __, 'content-length': ___, ...kept } = received.headers;
            const text = rewrite(call, Buffer.concat(chunks).toString());
            answer
              .writeHead(received.statusCode ?? 500, kept)
              .end(asked.method === 'HEAD' ? undefined : text);
          });
        },
      );
      sent.once('error', () => answer.destroy());
      asked.pipe(sent);
    });
    const proxy = new CountingProxy(server);
    await new Promise<void>((ready) => server.listen(socket, ready));
    return proxy;
  }

  /** The calls since the last time. */
  take(): string[] {
    return this.calls.splice(0);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}
