import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { InvalidProjectError } from '../diagnostic/errors.ts';
import { type DotenvEntry, DotenvError, parseDotenv } from './dotenv.ts';
import type { Reader } from './request.ts';
import type { Lookup } from './template.ts';

/**
 * The entries of an env file.
 * @throws InvalidProjectError with every line that can't be read; UserError if the file can't be
 */
export function readEntries(
  path: string,
  reader: Reader,
  lookup: Lookup,
  parse: typeof parseDotenv = parseDotenv,
): DotenvEntry[] {
  const text = reader.readText(path);
  try {
    return parse(text, lookup);
  } catch (error) {
    if (!(error instanceof DotenvError)) throw error;
    throw new InvalidProjectError(error.faults.map((fault) => diagnosticOf(path, text, fault)));
  }
}

function diagnosticOf(
  path: string,
  text: string,
  { line, message }: { readonly line: number; readonly message: string },
): Diagnostic {
  const written = text.split(/\r?\n/)[line - 1] ?? '';
  const column = written.length - written.trimStart().length + 1;
  const place = { file: path, line, column, length: Math.max(1, written.trim().length), masked: true };
  return { code: 'TSC112', severity: 'error', message, place, hint: 'write NAME=value' };
}
