import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';

export interface TerminalOptions {
  /** The program: a script of Node, or an executable. */
  readonly program: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cols?: number;
  readonly rows?: number;
}

/** `tscompose …` on a terminal of its own, as a person sits before it. */
export class TestTerminal {
  readonly #pty;
  #text = '';
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;

  constructor(args: readonly string[], { program, cwd, env, cols = 80, rows = 24 }: TerminalOptions) {
    this.#pty = spawn(program, [...args], {
      ...{ cols, rows, cwd, name: 'xterm' },
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    });
    this.#pty.onData((text) => {
      this.#text += text;
    });
    this.ended = new Promise((done) => {
      this.#pty.onExit(({ exitCode }) => done(exitCode));
    });
  }

  /** Everything that was written, control characters too. */
  get raw(): string {
    return this.#text;
  }

  /** The same as people read it. */
  get text(): string {
    return stripVTControlCharacters(this.#text).replaceAll('\r', '');
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  resize(cols: number, rows: number): void {
    this.#pty.resize(cols, rows);
  }

  /** Waits until something is on the screen. @throws Error after half a minute */
  async shows(wanted: string | RegExp): Promise<void> {
    for (const end = Date.now() + 30_000; ; ) {
      const { text } = this;
      if (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)) return;
      if (Date.now() > end) throw new Error(`not on the screen: ${wanted}\n${text.slice(-2000)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
