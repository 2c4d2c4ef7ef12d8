import type { Terminal } from '../command.ts';
import { complete } from './candidates.ts';

/** How the shell is to treat the candidates; the numbers of cobra, which docker's own completion reads. */
const directive = { noSpace: 2, noFiles: 4, folders: 16 } as const;

/**
 * Answers `__complete WORDS…` (`__completeNoDesc` without descriptions): a candidate a line with what it is, and
 * a number at the end.
 */
export async function answerCompletion(
  words: readonly string[],
  terminal: Terminal,
  descriptions: boolean,
): Promise<void> {
  const { candidates, files } = await complete(words, terminal);
  const lines = candidates.map(({ value, about }) =>
    descriptions && about !== undefined ? `${value}\t${about}\n` : `${value}\n`,
  );
  const open = candidates.length > 0 && candidates.every(({ value }) => /[=:]$/.test(value));
  const number =
    (files === 'none' ? directive.noFiles : files === 'folders' ? directive.folders : 0) +
    (open ? directive.noSpace : 0);
  terminal.stdout.write(`${lines.join('')}:${number}\n`);
}
