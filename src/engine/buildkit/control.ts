import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../client/api.ts';
import { type Codec, openCodec } from './codec.ts';
import { type GrpcClient, grpcClient } from './grpc/client.ts';
import { upgraded } from './session.ts';

/** A connection to the engine's BuildKit, for any number of builds at the same time. */
export interface Control {
  readonly codec: Codec;
  readonly client: GrpcClient;
}

/** Opens the connection at the first build, and again after it was lost. */
export class LazyControl {
  readonly #api: Api;
  #open: Promise<Control> | undefined;

  constructor(api: Api) {
    this.#api = api;
  }

  get(): Promise<Control> {
    this.#open ??= this.#connect();
    this.#open.catch(() => {
      this.#open = undefined;
    });
    return this.#open;
  }

  async #connect(): Promise<Control> {
    const [codec, socket] = await Promise.all([openCodec(), upgraded(this.#api, '/grpc')]);
    socket.once('close', () => {
      this.#open = undefined;
    });
    return { codec, client: grpcClient(socket) };
  }
}

/** Waits for what is on its way, but not for ever. @param patience milliseconds */
export async function settled(work: Promise<unknown>, patience: number): Promise<void> {
  const timer = new AbortController();
  const late = sleep(patience, undefined, { signal: timer.signal }).catch(() => {});
  await Promise.race([work.catch(() => {}), late]);
  timer.abort();
}
