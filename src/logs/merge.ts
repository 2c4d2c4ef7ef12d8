import type { LogLine } from './line.ts';

interface Head {
  readonly lines: AsyncIterator<readonly LogLine[]>;
  batch: readonly LogLine[];
  at: number;
  /** The latest time so far: a log keeps its own order, whatever its times. */
  floor: string;
  /** What the line in front sorts by. */
  time: string;
  /** The line before was a piece of one that goes on in the line in front. */
  open: boolean;
}

/** Up to where a log stays the foremost: before the next one's line, or at the same time too. */
interface Limit {
  readonly time: string;
  readonly equal: boolean;
}

/**
 * Merges the logs of several containers by time. Each log keeps its own order; of equal times the earlier log
 * comes first. Asks a log for more only when its lines are used up.
 */
export async function* mergeByTime(
  logs: readonly AsyncIterable<readonly LogLine[]>[],
): AsyncGenerator<readonly LogLine[]> {
  const all: Head[] = logs.map((log) => ({
    ...{ lines: log[Symbol.asyncIterator](), batch: [], at: 0, floor: '', time: '', open: false },
  }));
  try {
    const filled = await Promise.all(all.map(fill));
    let heads = all.filter((_, i) => filled[i]);
    while (heads.length > 0) {
      const [first, limit] = foremost(heads);
      yield takeUpTo(first, limit);
      if (first.at >= first.batch.length && !(await fill(first))) heads = heads.filter((h) => h !== first);
    }
  } finally {
    await Promise.all(all.map(({ lines }) => lines.return?.()));
  }
}

function foremost(heads: readonly Head[]): [Head, Limit | undefined] {
  let best = 0;
  for (let i = 1; i < heads.length; i++) if (heads[i]!.time < heads[best]!.time) best = i;
  let limit: Limit | undefined;
  for (let i = 0; i < heads.length; i++) {
    const { time } = heads[i]!;
    if (i !== best && (limit === undefined || time < limit.time)) limit = { time, equal: i > best };
  }
  return [heads[best]!, limit];
}

function takeUpTo(head: Head, limit: Limit | undefined): readonly LogLine[] {
  const from = head.at;
  do {
    const line = head.batch[head.at]!;
    head.at += 1;
    head.floor = later(head.floor, line.time);
    // The pieces of a long line stay together: they sort before everything.
    head.open = !line.whole;
    placeNext(head);
  } while (
    head.at < head.batch.length &&
    (limit === undefined || head.time < limit.time || (limit.equal && head.time === limit.time))
  );
  return from === 0 && head.at === head.batch.length ? head.batch : head.batch.slice(from, head.at);
}

function placeNext(head: Head): void {
  head.time = head.open ? '' : later(head.floor, head.batch[head.at]?.time ?? '');
}

/** Gets the next lines. @returns false at the end */
async function fill(head: Head): Promise<boolean> {
  for (;;) {
    const next = await head.lines.next();
    if (next.done === true) return false;
    if (next.value.length === 0) continue;
    head.batch = next.value;
    head.at = 0;
    placeNext(head);
    return true;
  }
}

const later = (a: string, b: string) => (a > b ? a : b);
