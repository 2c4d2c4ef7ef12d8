import type { Terminal } from './command.ts';

/** Asks a yes-or-no question; `fallback` when the answer is empty, undefined when there is nobody to ask. */
export async function askYesNo(
  terminal: Terminal,
  text: string,
  fallback: boolean,
): Promise<boolean | undefined> {
  if (terminal.stdin.isTTY !== true || terminal.stderr.isTTY !== true) return undefined;
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: terminal.stdin, output: terminal.stderr });
  try {
    const answer = (await lines.question(`${text} [${fallback ? 'Y/n' : 'y/N'}] `)).trim().toLowerCase();
    return answer === '' ? fallback : ['y', 'yes', '1', 'true', 'on'].includes(answer);
  } finally {
    lines.close();
  }
}
