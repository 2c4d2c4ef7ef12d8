import { formatBytes } from '../util/bytes.ts';
import { bytesOf, isBusy, isWaiting, type Progress, type Row, type Wait } from './state.ts';

export interface ScreenSize {
  readonly columns: number;
  /** Lines that may be drawn; the rest is summed up. */
  readonly rows: number;
}

export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly busy: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly dim: (text: string) => string;
}

export const noPaint: Paint = {
  good: (t) => t,
  bad: (t) => t,
  busy: (t) => t,
  warn: (t) => t,
  dim: (t) => t,
};

/** Below this width names stand without their kind. */
const narrow = 50;

const marks = { Working: '⠿', Done: '✔', Warning: '!', Error: '✘' } as const;

/** `up 3/7` */
export function headLine(state: Progress, command: string): string {
  const rows = [...state.rows.values()];
  const over = rows.filter((row) => !isBusy(row)).length;
  return rows.length === 0 ? command : `${command} ${over}/${rows.length}`;
}

/**
 * One line a resource: mark, name, state, why it waits, and the time at the right edge. What does not fit is
 * cut; if there are more resources than lines, those that are done are summed up first.
 * @param now milliseconds since 1970
 */
export function screenLines(
  state: Progress,
  size: ScreenSize,
  now: number,
  paint: Paint = noPaint,
): string[] {
  const { shown, hidden } = choose([...state.rows.values()], size.rows);
  const nameOf = (row: Row): string =>
    size.columns < narrow ? row.id.replace(/^(?:Container|Network|Volume|Image) /, '') : row.id;
  const widest = Math.max(0, ...shown.map((row) => nameOf(row).length));
  const width = Math.min(widest, Math.floor(size.columns / 2));
  const lines = shown.map((row) =>
    rowLine(row, cut(nameOf(row), width).padEnd(width), size.columns, now, paint),
  );
  if (hidden.length > 0) lines.push(sumLine(hidden, paint));
  return lines;
}

/** Done rows go first, oldest first; then the youngest of the others. */
function choose(rows: readonly Row[], limit: number): { shown: readonly Row[]; hidden: readonly Row[] } {
  if (rows.length <= limit) return { shown: rows, hidden: [] };
  const places = Math.max(0, limit - 1);
  const rank = (row: Row) =>
    ({ Error: 0, Warning: 1, Working: 2, Done: 4 })[row.status] - (isWaiting(row) ? 1 : 0);
  const ranked = rows.map((row, index) => ({ row, index, rank: rank(row) }));
  ranked.sort((a, b) => a.rank - b.rank || (a.rank === 4 ? b.index - a.index : a.index - b.index));
  const kept = new Set(ranked.slice(0, places).map(({ row }) => row));
  return { shown: rows.filter((row) => kept.has(row)), hidden: rows.filter((row) => !kept.has(row)) };
}

function sumLine(hidden: readonly Row[], paint: Paint): string {
  const busy = hidden.filter((row) => row.status === 'Working').length;
  const waiting = hidden.filter(isWaiting).length;
  const done = hidden.length - busy - waiting;
  const parts = [
    ...(done > 0 ? [`${done} more done`] : []),
    ...(busy > 0 ? [`${busy} more at work`] : []),
    ...(waiting > 0 ? [`${waiting} more waiting`] : []),
  ];
  return paint.dim(`… ${parts.join(', ')}`);
}

function rowLine(row: Row, name: string, columns: number, now: number, paint: Paint): string {
  const waits = [...row.waits.values()];
  const waiting = isWaiting(row) && waits[0] !== undefined ? waits[0] : undefined;
  const time = seconds(waiting === undefined ? (row.until ?? now) - row.since : now - waiting.since);
  const room = columns - time.length - 1;
  const status = waiting === undefined ? row.status : 'Working';
  const text = waiting === undefined ? stateText(row) : reasonOf(waiting, waits.length - 1, columns);
  const plain = cut(`${marks[status]} ${name}  ${text}`, room).padEnd(room);
  const colour = { Working: paint.busy, Done: paint.good, Warning: paint.warn, Error: paint.bad }[status];
  const head = 2 + name.length;
  return `${colour(plain.slice(0, 1))}${plain.slice(1, head)}${colour(plain.slice(head))} ${paint.dim(time)}`;
}

/** `waiting for db: healthy, 2 of 3 probes failed`; where there is no room, `db: healthy 2/3`. */
function reasonOf({ for: name, until, probes }: Wait, others: number, columns: number): string {
  if (columns < narrow) {
    const failed = probes === undefined ? '' : ` ${probes.failed}/${probes.of}`;
    return `${name}: ${until}${failed}${others > 0 ? ` +${others}` : ''}`;
  }
  const failed = probes === undefined ? '' : `, ${probes.failed} of ${probes.of} probes failed`;
  return `waiting for ${name}: ${until}${failed}${others > 0 ? `, and ${others} more` : ''}`;
}

function stateText(row: Row): string {
  const bytes = row.status === 'Working' ? bytesOf(row) : undefined;
  const amount =
    bytes === undefined
      ? ''
      : ` ${formatBytes(bytes.current)}${bytes.total > 0 ? ` / ${formatBytes(bytes.total)}` : ''}`;
  const details = row.details === '' ? '' : `  ${row.details.replace(/\s+/g, ' ')}`;
  return `${row.text}${amount}${details}`;
}

function seconds(milliseconds: number): string {
  return `${(Math.max(0, milliseconds) / 1000).toFixed(1)}s`;
}

/** Cuts a text to a width, with `…` for what is gone. */
export function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? '' : `${text.slice(0, width - 1)}…`;
}
