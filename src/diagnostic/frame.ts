import type { Place } from './diagnostic.ts';
import type { Paint } from './paint.ts';
import { clean, widthOf } from './text.ts';

/** Columns of source text shown at most; longer lines are cut around the marked part. */
const maxWidth = 100;
const ellipsis = '…';

/**
 * The line a place is on, the line before it, and a caret under the marked part:
 *
 *      3 |   web:
 *    > 4 |     prots:
 *        |     ^^^^^
 *
 * @returns undefined when the text has no such line: the file may have changed
 */
export function drawFrame(text: string, place: Place, paint: Paint): string | undefined {
  const lines = text.split('\n');
  const written = lines[place.line - 1]?.replace(/\r$/, '');
  const line = place.masked === true ? written?.replace(/([=:]).+$/, `$1${ellipsis}`) : written;
  if (line === undefined || place.column > line.length + 1) return undefined;
  const { before, marked, after } = cut(line, place);
  const digits = String(place.line).length;
  const margin = (mark: string, label: string) => `${mark} ${label.padStart(digits)} ${paint.dim('|')}`;
  const context = lines[place.line - 2]?.replace(/\r$/, '');
  const rows = [
    `${margin(paint.red('  >'), String(place.line))} ${before}${marked}${after}`,
    `${margin('   ', '')} ${' '.repeat(widthOf(before))}${paint.red('^'.repeat(Math.max(1, widthOf(marked))))}`,
  ];
  if (context !== undefined && context.trim() !== '' && place.masked !== true) {
    rows.unshift(paint.dim(`${margin('   ', String(place.line - 1))} ${shorten(clean(context), maxWidth)}`));
  }
  return rows.join('\n');
}

/** The three parts of a line, fit to be printed. */
function cut(line: string, { column, length }: Place): { before: string; marked: string; after: string } {
  const start = column - 1;
  const end = Math.max(start, Math.min(line.length, start + (length ?? 1)));
  const before = clean(line.slice(0, start));
  const marked = shorten(clean(line.slice(start, end)), maxWidth);
  const after = clean(line.slice(end));
  if (before.length + marked.length + after.length <= maxWidth) return { before, marked, after };
  const room = maxWidth - marked.length;
  const left = Math.max(0, Math.min(before.length, Math.max(Math.floor(room / 2), room - after.length)));
  const kept = left < before.length ? ellipsis + before.slice(before.length - left) : before;
  return { before: kept, marked, after: shorten(after, room - left) };
}

function shorten(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(0, room))}${ellipsis}`;
}
