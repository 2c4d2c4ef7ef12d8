import type { LogLine } from '../../logs/line.ts';
import type { Terminal } from '../command.ts';
import { type FilterWish, lineFilter } from './filter.ts';
import { jsonLine } from './json.ts';
import { LogOutput } from './output.ts';
import { LogPrinter, type PrinterOptions } from './printer.ts';

export interface ViewWish extends PrinterOptions, FilterWish {
  /** A line of JSON for each line. */
  readonly json?: boolean;
  /** What containers write to standard error goes to ours; else everything goes to standard output. */
  readonly split?: boolean;
}

/** Where the lines of logs go. */
export interface LogView {
  /** Leaves room for a name in all lines from now on. */
  register(name: string): void;
  /** Resolves when there is room for more. */
  write(lines: readonly LogLine[]): Promise<void>;
  /** A message between the lines. */
  say(text: string): void;
  /** A line of the program itself, marked as such. */
  tell(text: string): void;
}

/** @param around called before and after something is written: to take a line below away, and to bring it back */
export function openLogView(
  terminal: Pick<Terminal, 'stdout' | 'stderr'>,
  wish: ViewWish,
  around: { readonly before: () => void; readonly after: () => void } = { before: () => {}, after: () => {} },
): LogView {
  const printer = new LogPrinter(wish);
  const stdout = new LogOutput(terminal.stdout);
  const stderr = wish.split ? new LogOutput(terminal.stderr) : stdout;
  const isShown = wish.grep === undefined && wish.level === undefined ? undefined : lineFilter(wish);
  const say = (text: string): void => {
    around.before();
    terminal.stdout.write(text);
    around.after();
  };
  return {
    register: (name) => printer.register(name),
    say,
    tell: (text) => say(printer.aside(text)),
    write: async (lines) => {
      around.before();
      for (const line of lines) {
        if (isShown?.(line) === false) continue;
        const output = line.stream === 'stderr' ? stderr : stdout;
        output.add(wish.json ? jsonLine(line) : printer.print(line));
        if (output.full) await output.write();
      }
      await stdout.write();
      if (stderr !== stdout) await stderr.write();
      around.after();
    },
  };
}
