/** Levels from the least to the most severe. */
export const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Level = (typeof levels)[number];

const words: Readonly<Record<string, Level>> = {
  ...{ trace: 'trace', trc: 'trace', verbose: 'trace', debug: 'debug', dbg: 'debug', fine: 'debug' },
  ...{ info: 'info', inf: 'info', information: 'info', notice: 'info', log: 'info', statement: 'info' },
  ...{ warn: 'warn', warning: 'warn', wrn: 'warn', error: 'error', err: 'error', severe: 'error' },
  ...{ fatal: 'fatal', critical: 'fatal', crit: 'fatal', panic: 'fatal', alert: 'fatal', emerg: 'fatal' },
  emergency: 'fatal',
};

/** pino and bunyan count: 10 trace to 60 fatal. */
const byNumber: readonly Level[] = ['trace', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const keys = ['level', 'severity', 'lvl', 'levelname', 'log.level', '@l', 'loglevel', 'priority'];

const key = /(?:^|[\s{,])"?(?:level|lvl|severity|loglevel)"?\s*[=:]\s*"?([a-z]+)/i;
/** A word that stands where loggers put it: in brackets, before a colon, or alone in capitals near the beginning. */
const marked = /[[(<]\s*([a-z]+)\s*[\])>]|(?:^|\s)([a-z]+):(?:\s|$)/gi;
const capitals = /(?:^|[\s|])([A-Z]{3,11})(?=[\s|]|$)/g;
/** glog and klog: a letter and the date. */
const letter = /^([IWEFD])\d{4}\s/;
const byLetter: Readonly<Record<string, Level>> = {
  ...{ D: 'debug', I: 'info', W: 'warn', E: 'error', F: 'fatal' },
};
/** How far from the beginning a level may stand. */
const reach = 120;

/** The level that a word means; undefined for another word. */
export function levelOf(word: string): Level | undefined {
  const small = word.toLowerCase();
  return Object.hasOwn(words, small) ? words[small] : undefined;
}

/** The level that a line of a log names, in JSON or in the common text forms; undefined if it names none. */
export function levelOfLine(line: string): Level | undefined {
  const text = line.trimStart();
  if (text.startsWith('{')) {
    const named = fromJson(text);
    if (named !== undefined) return named;
  }
  const start = text.slice(0, reach);
  const byKey = key.exec(text)?.[1];
  const known = byKey === undefined ? undefined : levelOf(byKey);
  if (known !== undefined) return known;
  const glog = letter.exec(start)?.[1];
  if (glog !== undefined) return byLetter[glog];
  for (const [, inside, before] of start.matchAll(marked)) {
    const level = levelOf(inside ?? before ?? '');
    if (level !== undefined) return level;
  }
  for (const [, word] of start.matchAll(capitals)) {
    const level = levelOf(word ?? '');
    if (level !== undefined) return level;
  }
  return undefined;
}

function fromJson(text: string): Level | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, found] of Object.entries(value)) {
    if (!keys.includes(name.toLowerCase())) continue;
    if (typeof found === 'string') return levelOf(found);
    if (typeof found === 'number') return byNumber[Math.min(6, Math.max(0, Math.floor(found / 10)))];
  }
  return undefined;
}
