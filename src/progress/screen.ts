import { formatBytes } from '../util/bytes.ts';
import { bytesOf, type Progress, type Row } from './state.ts';

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

const marks = { Working: '⠿', Done: '✔', Warning: '!', Error: '✘' } as const;

/** `up 3/7` */
export function headLine(state: Progress, command: string): string {
  const rows = [...state.rows.values()];
  const over = rows.filter((row) => row.status !== 'Working').length;
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
  const widest = Math.max(0, ...shown.map((row) => row.id.length));
  const name = Math.min(widest, Math.floor(size.columns / 2));
  const lines = shown.map((row) => rowLine(row, name, size.columns, now, paint));
  if (hidden.length > 0) lines.push(sumLine(hidden, paint));
  return lines;
}

/** Done rows go first, oldest first; then the youngest of the others. */
function choose(rows: readonly Row[], limit: number): { shown: readonly Row[]; hidden: readonly Row[] } {
  if (rows.length <= limit) return { shown: rows, hidden: [] };
  const places = Math.max(0, limit - 1);
  const rank = ({ status }: Row) => ({ Error: 0, Warning: 1, Working: 2, Done: 3 })[status];
  const ranked = rows.map((row, index) => ({ row, index, rank: rank(row) }));
  ranked.sort((a, b) => a.rank - b.rank || (a.rank === 3 ? b.index - a.index : a.index - b.index));
  const kept = new Set(ranked.slice(0, places).map(({ row }) => row));
  return { shown: rows.filter((row) => kept.has(row)), hidden: rows.filter((row) => !kept.has(row)) };
}

function sumLine(hidden: readonly Row[], paint: Paint): string {
  const done = hidden.filter((row) => row.status === 'Done').length;
  const rest = hidden.length - done;
  const parts = [...(done > 0 ? [`${done} more done`] : []), ...(rest > 0 ? [`${rest} more at work`] : [])];
  return paint.dim(`… ${parts.join(', ')}`);
}

function rowLine(row: Row, nameWidth: number, columns: number, now: number, paint: Paint): string {
  const time = seconds((row.until ?? now) - row.since);
  const room = columns - time.length - 1;
  const name = cut(row.id, nameWidth).padEnd(nameWidth);
  const plain = cut(`${marks[row.status]} ${name}  ${stateText(row)}`, room).padEnd(room);
  const colour = { Working: paint.busy, Done: paint.good, Warning: paint.warn, Error: paint.bad }[row.status];
  const head = 2 + nameWidth;
  return `${colour(plain.slice(0, 1))}${plain.slice(1, head)}${colour(plain.slice(head))} ${paint.dim(time)}`;
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
