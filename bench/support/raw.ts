import { Agent, request } from 'node:http';

/** The Engine API without a client: what our figures are compared with. */
export class RawEngine {
  readonly #socket: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(host: string) {
    this.#socket = host.replace('unix://', '');
  }

  call(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    const data = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          ...{ socketPath: this.#socket, agent: this.#agent, host: 'engine', method, path },
          headers:
            data === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(data) },
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
          });
          answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
        },
      );
      sent.once('error', reject);
      sent.end(data);
    });
  }

  /** @throws Error if the engine refuses */
  async done(method: string, path: string, body?: unknown): Promise<string> {
    const { status, text } = await this.call(method, path, body);
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Makes a network and containers from bodies and starts them, all at once. @returns the ids */
export async function rawUp(
  raw: RawEngine,
  network: unknown,
  bodies: ReadonlyMap<string, unknown>,
): Promise<string[]> {
  await raw.done('POST', '/networks/create', network);
  return Promise.all(
    [...bodies].map(async ([name, body]) => {
      const { Id }: { Id: string } = JSON.parse(
        await raw.done('POST', `/containers/create?name=${name}`, body),
      );
      await raw.done('POST', `/containers/${Id}/start`);
      return Id;
    }),
  );
}

/** Ends and removes containers, then the network. */
export async function rawDown(raw: RawEngine, ids: readonly string[], network: string): Promise<void> {
  await Promise.all(
    ids.map(async (id) => {
      await raw.done('POST', `/containers/${id}/stop?t=0`);
      await raw.done('DELETE', `/containers/${id}?force=1`);
    }),
  );
  // The engine takes a moment to let go of the endpoints.
  while ((await raw.call('DELETE', `/networks/${network}`)).status === 403)
    await new Promise((r) => setTimeout(r, 50));
}
