import type { Diagnostic, Place } from './diagnostic.ts';
import { drawFrame } from './frame.ts';
import { colored, type Paint, plain } from './paint.ts';
import { clean, cleanLines } from './text.ts';

type ReadSource = (file: string) => string | undefined;

/** `file:line:column: error TSC101: message`, the source with a caret, the hint, and related places. */
export function formatText(
  diagnostics: readonly Diagnostic[],
  options: { readonly color: boolean; readonly readSource: ReadSource },
): string {
  const paint = options.color ? colored : plain;
  const read = remembering(options.readSource);
  const parts = diagnostics.map((one) => `${formatOne(one, read, paint).join('\n')}\n`);
  // A blank line helps where frames make problems long; one-liners stand close together.
  const text = parts.reduce((all, part) => all + (all !== '' && part.includes('|') ? '\n' : '') + part, '');
  return diagnostics.length > 1 ? `${text}\n${summary(diagnostics)}\n` : text;
}

function formatOne(diagnostic: Diagnostic, read: ReadSource, paint: Paint): string[] {
  const { severity, code, message, hint, place, related = [] } = diagnostic;
  const label = severity === 'error' ? paint.red(`error ${code}`) : paint.yellow(`warning ${code}`);
  const lines = [`${position(place, paint)}${paint.bold(label)}: ${cleanLines(message)}`];
  const frame = (at: Place | undefined) => {
    const text = at && read(at.file);
    const drawn = text === undefined || at === undefined ? undefined : drawFrame(text, at, paint);
    if (drawn !== undefined) lines.push(drawn);
  };
  frame(place);
  if (hint !== undefined) lines.push(`  ${paint.cyan('hint')}: ${cleanLines(hint)}`);
  for (const other of related) {
    lines.push(`  ${position(other.place, paint)}${cleanLines(other.message)}`);
    frame(other.place);
  }
  return lines;
}

function position(place: Place | undefined, paint: Paint): string {
  return place === undefined ? '' : `${paint.bold(`${clean(place.file)}:${place.line}:${place.column}`)}: `;
}

function summary(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((one) => one.severity === 'error').length;
  const count = (n: number, word: string) => (n === 0 ? [] : [`${n} ${word}${n === 1 ? '' : 's'}`]);
  return [...count(errors, 'error'), ...count(diagnostics.length - errors, 'warning')].join(', ');
}

/** Asks for each file once. */
function remembering(read: ReadSource): ReadSource {
  const known = new Map<string, string | undefined>();
  return (file) => {
    if (!known.has(file)) known.set(file, read(file));
    return known.get(file);
  };
}
