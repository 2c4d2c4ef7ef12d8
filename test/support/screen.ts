/** What a terminal shows: takes what programs write, with the control characters that progress views use. */
export class Screen {
  #columns: number;
  #rows: number;
  #lines: string[] = [''];
  #row = 0;
  #column = 0;
  /** The line wrapped at its end and the next character goes below. */
  #full = false;
  /** Lines that went out at the top. */
  scrolled = 0;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
  }

  /** As xterm does it: lines are cut, not wrapped again. */
  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
    this.#column = Math.min(this.#column, columns - 1);
    while (this.#row >= rows) this.#scroll();
  }

  /** The lines without blanks at their ends, up to the last one that is not empty. */
  get lines(): string[] {
    const lines = this.#lines.slice(0, this.#rows).map((line) => line.slice(0, this.#columns).trimEnd());
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  write(text: string): void {
    for (const [part] of text.matchAll(/\u001b\[[?\d;]*[A-Za-z]|[\s\S]/gu)) {
      if (part.length > 1 && part.startsWith('\u001b')) this.#control(part);
      else if (part === '\n') this.#down();
      else if (part === '\r') {
        this.#column = 0;
        this.#full = false;
      } else this.#put(part);
    }
  }

  #put(character: string): void {
    if (this.#full) {
      this.#column = 0;
      this.#full = false;
      this.#down();
    }
    const line = (this.#lines[this.#row] ?? '').padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
    if (this.#column === this.#columns - 1) this.#full = true;
    else this.#column += 1;
  }

  #down(): void {
    this.#row += 1;
    if (this.#row === this.#rows) this.#scroll();
    this.#lines[this.#row] ??= '';
  }

  #scroll(): void {
    this.#lines.shift();
    this.#row -= 1;
    this.scrolled += 1;
  }

  #control(sequence: string): void {
    const count = Number(/\d+/.exec(sequence)?.[0] ?? 1);
    const line = this.#lines[this.#row] ?? '';
    if (!sequence.endsWith('m')) this.#full = false;
    switch (sequence.at(-1)) {
      case 'A':
        this.#row = Math.max(0, this.#row - count);
        break;
      case 'B':
        this.#row = Math.min(this.#rows - 1, this.#row + count);
        break;
      case 'G':
        this.#column = count - 1;
        break;
      case 'K':
        this.#lines[this.#row] = sequence.includes('2') ? '' : line.slice(0, this.#column);
        break;
      case 'J':
        this.#lines[this.#row] = line.slice(0, this.#column);
        this.#lines.length = this.#row + 1;
        break;
    }
  }
}
