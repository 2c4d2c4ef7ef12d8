import type { Host } from './hosts.ts';

/** Places orders, one after another, at whichever host answers, and remembers what was acknowledged. */
export class Customers {
  readonly #hosts: readonly Host[];
  readonly #port: number;
  readonly acknowledged: number[] = [];
  #last = 0;
  #longest = 0;
  #on = true;
  #refused = 0;
  readonly #buying: Promise<void>;

  constructor(hosts: readonly Host[], port: number) {
    this.#hosts = hosts;
    this.#port = port;
    this.#buying = this.#buy();
  }

  /** Forgets how long anyone had to wait so far. */
  begin(): void {
    this.#longest = 0;
    this.#refused = 0;
  }

  /** Waits for so many more orders. */
  async served(orders: number): Promise<void> {
    const enough = this.acknowledged.length + orders;
    for (const end = Date.now() + 60_000; this.acknowledged.length < enough; ) {
      if (Date.now() > end) throw new Error('nobody takes orders');
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  /** The longest time without an answer, as a customer sees it. */
  get gap(): number {
    return this.#longest / 1000;
  }

  report(): string {
    return `client-seen ${this.gap.toFixed(2)} s, ${this.acknowledged.length} orders acknowledged, ${this.#refused} attempts in vain`;
  }

  async stop(): Promise<void> {
    this.#on = false;
    await this.#buying;
  }

  async #buy(): Promise<void> {
    let at = 0;
    while (this.#on) {
      const id = await this.#order(this.#hosts[at]!).catch(() => undefined);
      if (id === undefined) {
        this.#refused++;
        at = (at + 1) % this.#hosts.length;
      } else {
        const now = performance.now();
        if (this.#last > 0) this.#longest = Math.max(this.#longest, now - this.#last);
        this.#last = now;
        this.acknowledged.push(id);
      }
      await new Promise((done) => setTimeout(done, 10));
    }
  }

  async #order(host: Host): Promise<number | undefined> {
    const answer = await fetch(`http://${host.address}:${this.#port}/api/orders`, {
      method: 'POST',
      body: JSON.stringify({ product: 1 + (this.acknowledged.length % 4), customer: 'lab' }),
      signal: AbortSignal.timeout(1000),
    });
    const body: unknown = await answer.json();
    if (answer.status !== 201 || typeof body !== 'object' || body === null || !('id' in body))
      return undefined;
    return Number(body.id);
  }
}
