import { readFileSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import type { Diagnostic, Place } from '../diagnostic/diagnostic.ts';
import { diagnosticFormat, formatDiagnostics } from '../diagnostic/format.ts';
import type { Terminal } from './command.ts';

export interface Showing {
  readonly terminal: Terminal;
  /** The value of `--ansi`. */
  readonly ansi?: string | undefined;
  /** The value of `--diagnostics`, or of a command's own `--format`. */
  readonly format?: string | undefined;
  /** Where the text goes; default: stderr. */
  readonly to?: 'stdout' | 'stderr';
}

/** Problems of the compose files as text, with the lines they are on; files below the working directory by their names there. */
export function problemText(
  diagnostics: readonly Diagnostic[],
  { terminal, ansi = 'auto', format, to = 'stderr' }: Showing,
): string {
  const { workingDir, environment } = terminal;
  return formatDiagnostics(
    diagnostics.map((one) => withNearPlaces(one, workingDir)),
    {
      format: diagnosticFormat(format),
      color: wantsColor(ansi, terminal[to].isTTY === true, environment),
      readSource: (file) => sourceText(resolve(workingDir, file)),
    },
  );
}

function withNearPlaces(diagnostic: Diagnostic, workingDir: string): Diagnostic {
  const near = (place: Place): Place => ({ ...place, file: nearName(place.file, workingDir) });
  const { place, related } = diagnostic;
  return {
    ...diagnostic,
    ...(place !== undefined && { place: near(place) }),
    ...(related !== undefined && { related: related.map((one) => ({ ...one, place: near(one.place) })) }),
  };
}

/** A file's name from the working directory, if it is below that. */
export function nearName(file: string, workingDir: string): string {
  if (!isAbsolute(file)) return file;
  const name = relative(workingDir, file);
  return name === '' || name.startsWith('..') || isAbsolute(name) ? file : name;
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
