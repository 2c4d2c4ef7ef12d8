import type { LogLine } from '../../logs/line.ts';

/** The colour cycle: cyan, yellow, green, magenta, blue, then the same bold. */
const palette = ['36', '33', '32', '35', '34', '36;1', '33;1', '32;1', '35;1', '34;1'];
const lineEnd = Buffer.from('\n');

export interface PrinterOptions {
  readonly prefix: boolean;
  readonly color: boolean;
  readonly timestamps: boolean;
}

/** Puts the name of its container before each line, all names equally wide. Bytes stay as they are. */
export class LogPrinter {
  readonly #options: PrinterOptions;
  readonly #colors = new Map<string, string>();
  readonly #prefixes = new Map<string, Buffer>();
  #width = 0;
  /** The line that has no end yet. */
  #open: Pick<LogLine, 'source' | 'stream'> | undefined;

  constructor(options: PrinterOptions) {
    this.#options = options;
  }

  /** Registers a name, so that lines printed from now on leave room for it. */
  register(name: string): void {
    if (this.#colors.has(name)) return;
    this.#colors.set(name, palette[this.#colors.size % palette.length]!);
    if (name.length > this.#width) this.#prefixes.clear();
    this.#width = Math.max(this.#width, name.length);
  }

  /** A line of the program itself, between those of containers. */
  aside(text: string): string {
    const { prefix, color, timestamps } = this.#options;
    const mark = `${' '.repeat(this.#width + 1)} ⦿ `;
    const shown = color ? `\u001b[92m${mark}\u001b[0m` : mark;
    const time = timestamps ? `${new Date().toISOString()} ` : '';
    return `${prefix ? shown : ''}${time}${text}\n`;
  }

  /** The bytes of a line, prefix and end included. */
  print(line: LogLine): readonly Uint8Array[] {
    const { source, stream, data, whole, time } = line;
    const open = this.#open;
    const goesOn = open !== undefined && open.source.id === source.id && open.stream === stream;
    this.#open = whole ? undefined : { source, stream };
    const parts: Uint8Array[] = open !== undefined && !goesOn ? [lineEnd] : [];
    if (!goesOn) {
      if (this.#options.prefix) parts.push(this.#prefix(source.name));
      if (this.#options.timestamps && time !== '') parts.push(Buffer.from(`${time} `, 'latin1'));
    }
    parts.push(data);
    if (whole) parts.push(lineEnd);
    return parts;
  }

  #prefix(name: string): Buffer {
    this.register(name);
    const known = this.#prefixes.get(name);
    if (known !== undefined) return known;
    const text = `${name.padEnd(this.#width + 1)} | `;
    const made = Buffer.from(
      this.#options.color ? `\u001b[${this.#colors.get(name)}m${text}\u001b[0m` : text,
    );
    this.#prefixes.set(name, made);
    return made;
  }
}
