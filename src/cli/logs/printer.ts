/** Where a line goes, and the colour cycle: cyan, yellow, green, magenta, blue, then the same bold. */
const palette = ['36', '33', '32', '35', '34', '36;1', '33;1', '32;1', '35;1', '34;1'];

export interface PrinterOptions {
  readonly prefix: boolean;
  readonly color: boolean;
  readonly write: (stream: 'stdout' | 'stderr', text: string) => void;
}

export interface LinePrinter {
  line(name: string, stream: 'stdout' | 'stderr', text: string): void;
}

/** Prints log lines with the name of their container before them, all names equally wide. */
export class LogPrinter implements LinePrinter {
  readonly #options: PrinterOptions;
  readonly #colors = new Map<string, string>();
  #width = 0;

  constructor(options: PrinterOptions) {
    this.#options = options;
  }

  /** Registers a name, so that lines printed from now on leave room for it. */
  register(name: string): void {
    if (this.#colors.has(name)) return;
    this.#colors.set(name, palette[this.#colors.size % palette.length]!);
    this.#width = Math.max(this.#width, name.length);
  }

  line(name: string, stream: 'stdout' | 'stderr', text: string): void {
    this.register(name);
    const { write, prefix } = this.#options;
    write(stream, prefix ? `${this.#prefix(name)}${text}\n` : `${text}\n`);
  }

  #prefix(name: string): string {
    const text = `${name.padEnd(this.#width + 1)} | `;
    return this.#options.color ? `\u001b[${this.#colors.get(name)}m${text}\u001b[0m` : text;
  }
}

/** Cuts chunks of text into lines. A last line without an end comes with `end`. */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  readonly #line: (text: string) => void;
  #rest = '';

  constructor(line: (text: string) => void) {
    this.#line = line;
  }

  push(data: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(data, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  end(): void {
    this.#rest += this.#decoder.decode();
    if (this.#rest !== '') this.#line(this.#rest);
    this.#rest = '';
  }
}
