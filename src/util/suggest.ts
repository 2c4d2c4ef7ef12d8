import { closest, distance } from 'fastest-levenshtein';

/** The known word that was probably meant, if one is near enough to offer. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const best = closest(word, known);
  // Two letters swapped count as two changes, and are the usual slip.
  return distance(word, best) <= Math.max(word.length > 2 ? 2 : 1, Math.floor(word.length / 3))
    ? best
    : undefined;
}
