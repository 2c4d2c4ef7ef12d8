import { createInterface } from 'node:readline/promises';
import { UserError } from '../diagnostic/errors.ts';
import type { Terminal } from './command.ts';

const yes = new Set(['y', 'yes', '1', 't', 'true', 'on']);

/** Answers to one question after another, from a terminal or from standard input. */
export class Asker {
  readonly #terminal: Terminal;
  #lines: AsyncIterator<string> | undefined;
  #close: (() => void) | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** @returns undefined if there is nobody to answer; `fallback` for an empty line */
  async ask(question: string, fallback: boolean): Promise<boolean | undefined> {
    this.#terminal.stdout.write(`${question} [${fallback ? 'Y/n' : 'y/N'}]: `);
    if (this.#lines === undefined) {
      const lines = createInterface({ input: this.#terminal.stdin });
      this.#lines = lines[Symbol.asyncIterator]();
      this.#close = () => lines.close();
    }
    const { value, done } = await this.#lines.next();
    if (this.#terminal.stdin.isTTY !== true) this.#terminal.stdout.write('\n');
    if (done === true) return undefined;
    const answer = value.trim().toLowerCase();
    return answer === '' ? fallback : yes.has(answer);
  }

  close(): void {
    this.#close?.();
  }
}

/** The end of a command that nobody agreed to. */
export function declined(answer: boolean | undefined, what: string, hint: string): UserError {
  return answer === undefined
    ? new UserError('unanswered', `${what}: nobody answers`, { hint, exit: 3 })
    : new UserError('declined', `${what}: declined`, { exit: 130 });
}
