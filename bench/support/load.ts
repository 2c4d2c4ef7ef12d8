import { Agent, request } from 'node:http';

/** What a load has seen. */
export interface Seen {
  readonly sent: number;
  readonly failed: number;
  /** Milliseconds of the slowest request that succeeded. */
  readonly slowest: number;
  readonly errors: ReadonlyMap<string, number>;
}

/** How long an answer may take before the request counts as failed. */
const patience = 15_000;

/**
 * Clients that ask one URL again and again and never repeat a request that failed.
 * @param pace milliseconds between two requests of one client
 */
export class Load {
  readonly #clients: readonly Promise<void>[];
  readonly #errors = new Map<string, number>();
  #running = true;
  #sent = 0;
  #failed = 0;
  #slowest = 0;

  constructor(
    url: string,
    wish: { readonly fresh: number; readonly keptAlive: number; readonly pace: number },
  ) {
    const client = async (keepAlive: boolean): Promise<void> => {
      const agent = new Agent({ keepAlive, maxSockets: 1 });
      for (let turn = 0; this.#running; turn++) {
        // Every third with a body: what no client may repeat by itself.
        await this.#ask(url, agent, turn % 3 === 0 ? 'POST' : 'GET');
        await new Promise((resolve) => setTimeout(resolve, wish.pace));
      }
      agent.destroy();
    };
    this.#clients = [
      ...Array.from({ length: wish.fresh }, () => client(false)),
      ...Array.from({ length: wish.keptAlive }, () => client(true)),
    ];
  }

  get seen(): Seen {
    return {
      sent: this.#sent,
      failed: this.#failed,
      slowest: Math.round(this.#slowest),
      errors: this.#errors,
    };
  }

  async stop(): Promise<Seen> {
    this.#running = false;
    await Promise.all(this.#clients);
    return this.seen;
  }

  async #ask(url: string, agent: Agent, method: string): Promise<void> {
    const began = performance.now();
    this.#sent++;
    try {
      await ask(url, agent, method);
      this.#slowest = Math.max(this.#slowest, performance.now() - began);
    } catch (error) {
      this.#failed++;
      const text = error instanceof Error ? error.message : String(error);
      this.#errors.set(text, (this.#errors.get(text) ?? 0) + 1);
    }
  }
}

/** @returns the answer's body. @throws Error for anything but a whole answer with code 200 */
export function ask(url: string, agent?: Agent, method = 'GET'): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, timeout: patience, ...(agent !== undefined && { agent }) },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.once('error', reject);
        answer.once('end', () => {
          if (answer.statusCode === 200 && answer.complete) resolve(text);
          else reject(new Error(`answered ${answer.statusCode}`));
        });
      },
    );
    sent.once('timeout', () => sent.destroy(new Error('no answer')));
    sent.once('error', reject);
    sent.end(method === 'POST' ? 'hello' : undefined);
  });
}
