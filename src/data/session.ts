import { UserError } from '../diagnostic/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { numberOf, objectOf, type Raw, textOf } from '../util/json.ts';
import { type HelperProcess, type HelperRequest, runHelper } from './container.ts';
import { FrameReader, FrameWriter } from './frames.ts';

export interface Progress {
  readonly bytes: number;
  /** 0 while it is not known. */
  readonly total: number;
}

/** A helper waits this many milliseconds for a word of ours, and ends by itself after some. */
const heartbeat = 10_000;

interface Question {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly progress: ((progress: Progress) => void) | undefined;
}

/** A running helper that carries contents of volumes; commands are answered one after another. */
export class CarrySession {
  readonly engine: Engine;
  readonly container: string;
  readonly #process: HelperProcess;
  readonly #writer: FrameWriter;
  readonly #reader: FrameReader;
  readonly #open = new Map<number, Question>();
  readonly #timer: NodeJS.Timeout;
  #next = 1;
  #words = '';
  #over: Error | undefined;
  /** Called with each event of the helper that belongs to no question. */
  onEvent: ((event: Raw) => void) | undefined;

  private constructor(engine: Engine, process: HelperProcess) {
    this.engine = engine;
    this.container = process.id;
    this.#process = process;
    this.#writer = new FrameWriter(process.stdin);
    this.#reader = new FrameReader(
      (value) => this.#hear(objectOf(value)),
      () => {
        process.stdout.pause();
        return () => process.stdout.resume();
      },
    );
    process.stdin.on('error', () => {});
    process.stdout.on('data', (chunk: Buffer) => this.#reader.push(chunk));
    process.stderr.on('data', (chunk: Buffer) => {
      this.#words = (this.#words + chunk.toString()).slice(-2000);
    });
    process.stdout.once('close', () => this.#end());
    process.stdout.once('end', () => this.#end());
    this.#timer = setInterval(() => this.#writer.beat(), heartbeat).unref();
  }

  static async open(engine: Engine, request: Omit<HelperRequest, 'args'>): Promise<CarrySession> {
    return new CarrySession(engine, await runHelper(engine, { ...request, args: ['carry', 'serve'] }));
  }

  /**
   * Has the helper do something.
   * @throws UserError `carry` with the helper's words if it can't, or if it ends
   */
  ask(what: string, words: object = {}, progress?: (progress: Progress) => void): Promise<unknown> {
    if (this.#over !== undefined) return Promise.reject(this.#over);
    const id = this.#next++;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#open.set(id, { resolve, reject, progress });
    });
    this.#writer.say({ id, do: what, ...words });
    return answer;
  }

  /** What this helper sends goes to that one, and the other way round. */
  join(other: CarrySession): void {
    this.#reader.peer = other.#writer;
    other.#reader.peer = this.#writer;
  }

  /** Bytes that this helper sent to the other one through us. */
  get passed(): number {
    return this.#reader.passed;
  }

  /** Gives up what was asked for. */
  cancel(): void {
    this.#fail(new UserError('carry', `the helper on ${this.engine.name} was told to end`));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#fail(new UserError('carry', `the helper on ${this.engine.name} was ended`));
    await this.#process.close();
  }

  #hear(message: Raw): void {
    if (message['event'] === 'progress') {
      const told = { bytes: numberOf(message['bytes']), total: numberOf(message['total']) };
      for (const { progress } of this.#open.values()) progress?.(told);
      return;
    }
    const question = this.#open.get(numberOf(message['id']));
    if (question === undefined) {
      this.onEvent?.(message);
      return;
    }
    this.#open.delete(numberOf(message['id']));
    const error = textOf(message['error']);
    if (error === '') question.resolve(message['result']);
    else question.reject(this.#error(error));
  }

  #end(): void {
    const words = this.#words.trim();
    this.#fail(this.#error(words === '' ? 'the connection to the helper is lost' : words));
  }

  #fail(error: Error): void {
    this.#over ??= error;
    clearInterval(this.#timer);
    for (const { reject } of this.#open.values()) reject(error);
    this.#open.clear();
  }

  #error(words: string): UserError {
    return new UserError('carry', `${this.engine.name}: ${words}`, {
      hint: 'the original is untouched; see that the disk there has room and is sound, then try again',
    });
  }
}
