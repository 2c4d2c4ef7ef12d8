import { instructionsOf } from './instructions.ts';

/** An instruction in one line, and its lines from 1. */
interface Line {
  readonly first: number;
  readonly last: number;
  readonly text: string;
}

/** The instructions of a Dockerfile, continued lines joined. */
function joined(dockerfile: string): Line[] {
  return instructionsOf(dockerfile).map(({ text, first, end }) => {
    const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
    return {
      ...{ first: first + 1, last: end },
      text: tidy(lines.map((line) => line.replace(/[\\`]\s*$/, '')).join(' ')),
    };
  });
}

const tidy = (text: string) => text.replace(/\s+/g, ' ').trim();

/**
 * The lines that a step or message of a builder is about; undefined if that can't be told.
 * @param step `[2/5] RUN make`, `Step 2/5 : RUN make`, or an error that names a line
 */
export function linesOf(dockerfile: string, step: string): { first: number; last: number } | undefined {
  const named = /\b(?:parse error )?(?:on )?line (\d+)\b/i.exec(step);
  if (named !== null) return { first: Number(named[1]), last: Number(named[1]) };
  const text = tidy(step.replace(/^(?:\[[^\]]*\]|step \d+(?:\/\d+)?\s*:)\s*/i, ''));
  if (text === '') return undefined;
  const all = joined(dockerfile);
  const same = all.filter((one) => one.text.toLowerCase() === text.toLowerCase());
  const like = same.length > 0 ? same : all.filter((one) => matches(one.text, text));
  // Two alike: better none than the wrong one.
  return like.length === 1 ? like[0] : undefined;
}

/** Builders show variables with their values, and leave flags out. */
function matches(instruction: string, text: string): boolean {
  const plain = instruction.replace(/^(\S+)(?: --\S+)+/, '$1');
  const pattern = plain
    .split(/\$\{[^}]*\}|\$\w+/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`, 'i').test(text);
}

/** A piece of a Dockerfile with line numbers; the lines in question are marked. */
export function excerpt(
  dockerfile: string,
  place: { readonly first: number; readonly last: number },
): string {
  const lines = dockerfile.split('\n');
  const from = Math.max(1, place.first - 2);
  const to = Math.min(lines.length, place.last + 2, place.first + 12);
  const width = String(to).length;
  const shown = lines.slice(from - 1, to).map((line, i) => {
    const number = from + i;
    const mark = number >= place.first && number <= place.last ? '>' : ' ';
    return `  ${mark} ${String(number).padStart(width)} | ${line}`.trimEnd();
  });
  return shown.join('\n');
}
