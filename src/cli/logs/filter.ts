import { stripVTControlCharacters } from 'node:util';
import type { LogLine } from '../../logs/line.ts';
import { type Level, levelOfLine, levels } from './level.ts';

export interface FilterWish {
  /** Only lines that match. */
  readonly grep?: RegExp | undefined;
  /** Only lines of this level and above. */
  readonly level?: Level | undefined;
}

/**
 * Tells which lines to show. A line without a level (a stack trace) has that of the line before it, of the same
 * container and stream; the first one counts as information. All pieces of a line are shown or none.
 */
export function lineFilter({ grep, level }: FilterWish): (line: LogLine) => boolean {
  const least = level === undefined ? 0 : levels.indexOf(level);
  const last = new Map<string, Level>();
  const open = new Map<string, boolean>();
  return (line) => {
    const place = `${line.source.id} ${line.stream}`;
    const before = open.get(place);
    const shown = before ?? isShown(line, place);
    if (line.whole) open.delete(place);
    else open.set(place, shown);
    return shown;
  };

  function isShown({ data }: LogLine, place: string): boolean {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const text = stripVTControlCharacters(bytes.toString('utf8'));
    if (level !== undefined) {
      const own = levelOfLine(text) ?? last.get(place) ?? 'info';
      last.set(place, own);
      if (levels.indexOf(own) < least) return false;
    }
    return grep === undefined || grep.test(text);
  }
}
