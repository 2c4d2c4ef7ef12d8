import type { Terminal } from '../command.ts';

/** Writes to standard output: the one text of a short command. */
export function printText(terminal: Pick<Terminal, 'print' | 'stdout'>, text: string): void {
  if (terminal.print !== undefined) terminal.print(text);
  else terminal.stdout.write(text);
}
