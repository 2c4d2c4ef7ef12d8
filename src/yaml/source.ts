import type { Place } from '../diagnostic/diagnostic.ts';

/** The text of one file, and how its offsets become lines and columns. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** Offsets of the line starts; filled at the first question. */
  lineStarts?: readonly number[];
}

/** Line and column of an offset, counted from 1. */
export function placeAt(source: Source, offset: number, length?: number): Place {
  source.lineStarts ??= findLineStarts(source.text);
  const starts = source.lineStarts;
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const place = { file: source.file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  return length === undefined ? place : { ...place, length };
}

const token = /"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|(?:[^\s,\]}:]|:(?!\s|$))+/my;

/** How long the key or scalar is that begins at an offset, as far as it stands on that line; at least 1. */
export function tokenLengthAt({ text }: Source, offset: number): number {
  token.lastIndex = offset;
  return Math.max(1, token.exec(text)?.[0].length ?? 1);
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
