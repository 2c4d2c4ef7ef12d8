import type { Terminal } from '../command.ts';

/** What a key of the menu does. */
export interface MenuItem {
  readonly key: string;
  readonly label: () => string;
  /** @returns a message to show, if there is something to say */
  readonly act: () => Promise<string | undefined> | string | undefined;
}

interface Keyboard {
  readonly isTTY?: boolean;
  setRawMode(raw: boolean): void;
  on(event: 'data', listener: (bytes: Buffer) => void): void;
  off(event: 'data', listener: (bytes: Buffer) => void): void;
  resume(): void;
  pause(): void;
}

const clearLine = '\r\u001b[K';
/** Milliseconds that a message stays in place of the menu. */
const messageTime = 5000;
const controlC = 0x03;
const controlBackslash = 0x1c;
const controlZ = 0x1a;

/** The terminal's keyboard; undefined if there is none to read single keys from. */
export function keyboardOf({ stdin, stdout }: Terminal): Keyboard | undefined {
  return stdin.isTTY === true && stdout.isTTY === true && isKeyboard(stdin) ? stdin : undefined;
}

function isKeyboard(stdin: object): stdin is Keyboard {
  return 'setRawMode' in stdin && typeof stdin.setRawMode === 'function';
}

/** One line below everything else that says which keys do what, while logs go by above it. */
export class Menu {
  readonly #stdout: Terminal['stdout'];
  readonly #keyboard: Keyboard;
  readonly #items: readonly MenuItem[];
  #message: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #visible = false;

  constructor(stdout: Terminal['stdout'], keyboard: Keyboard, items: readonly MenuItem[]) {
    this.#stdout = stdout;
    this.#keyboard = keyboard;
    this.#items = items;
  }

  open(): void {
    if (this.#visible) return;
    this.#visible = true;
    this.#keyboard.setRawMode(true);
    this.#keyboard.on('data', this.#onKeys);
    this.#keyboard.resume();
    this.#stdout.on('resize', this.after);
    this.after();
  }

  close(): void {
    if (!this.#visible) return;
    this.before();
    this.#visible = false;
    clearTimeout(this.#timer);
    this.#stdout.off('resize', this.after);
    this.#keyboard.off('data', this.#onKeys);
    this.#keyboard.setRawMode(false);
    this.#keyboard.pause();
  }

  /** Takes the line away, for something is written. */
  readonly before = (): void => {
    if (this.#visible) this.#stdout.write(clearLine);
  };

  /** Brings it back. */
  readonly after = (): void => {
    if (this.#visible) this.#stdout.write(`${clearLine}${this.#text()}`);
  };

  /** Shows a message for a while. */
  say(text: string): void {
    clearTimeout(this.#timer);
    this.#message = text;
    this.#timer = setTimeout(() => {
      this.#message = undefined;
      this.after();
    }, messageTime);
    this.#timer.unref();
    this.after();
  }

  #text(): string {
    const room = Math.max(1, (this.#stdout.columns ?? 80) - 1);
    const text = this.#message ?? this.#items.map(({ key, label }) => `${key} ${label()}`).join('   ');
    const cut = text.length > room ? `${text.slice(0, room - 1)}…` : text;
    return `\u001b[2m${cut}\u001b[0m`;
  }

  readonly #onKeys = (bytes: Buffer): void => {
    // In raw mode the terminal makes no signals of these keys.
    if (bytes.includes(controlC)) process.kill(process.pid, 'SIGINT');
    if (bytes.includes(controlBackslash)) process.kill(process.pid, 'SIGQUIT');
    if (bytes.includes(controlZ)) this.#suspend();
    const text = bytes.toString('utf8');
    if (text === '\r' || text === '\n') {
      this.before();
      this.#stdout.write('\n');
      this.after();
    }
    const item = this.#items.find(({ key }) => key === text);
    if (item !== undefined) this.#act(item).catch((error: unknown) => this.say(String(error)));
  };

  async #act(item: MenuItem): Promise<void> {
    const message = await item.act();
    if (message !== undefined) this.say(message);
    else this.after();
  }

  #suspend(): void {
    this.before();
    this.#keyboard.setRawMode(false);
    process.once('SIGCONT', () => {
      if (!this.#visible) return;
      this.#keyboard.setRawMode(true);
      this.after();
    });
    process.kill(process.pid, 'SIGTSTP');
  }
}
