import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { formatDiagnostics } from '../diagnostic/format.ts';
import type { Terminal } from './command.ts';

/**
 * Problems of the compose files as text for stderr, with the lines they are on.
 * @param ansi the value of `--ansi`
 */
export function problemText(diagnostics: readonly Diagnostic[], terminal: Terminal, ansi = 'auto'): string {
  return formatDiagnostics(diagnostics, {
    color: wantsColor(ansi, terminal.stderr.isTTY === true, terminal.environment),
    readSource: (file) => sourceText(resolve(terminal.workingDir, file)),
  });
}

/** `--ansi` decides, then the terminal and the variables that programs agree on (no-color.org). */
export function wantsColor(ansi: string, isTerminal: boolean, environment: Terminal['environment']): boolean {
  if (ansi !== 'auto') return ansi === 'always';
  return isTerminal && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
}

/** Undefined for what is no file any more, or never was: standard input. */
function sourceText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
