import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import type { NoticeEvent } from '../execute/events.ts';
import { jsonLines } from '../progress/json.ts';

/** Problems as events of progress. */
export function noticesOf(diagnostics: readonly Diagnostic[]): readonly NoticeEvent[] {
  return diagnostics.map(({ severity, message, hint, code, place }) => ({
    ...{ type: 'notice', time: Date.now(), level: severity, message, code },
    ...(hint !== undefined && { hint }),
    ...(place !== undefined && { place: { file: place.file, line: place.line, column: place.column } }),
  }));
}

/** The same as lines of `--progress json`. */
export function noticeLines(notices: readonly NoticeEvent[]): string {
  const toLine = jsonLines();
  return notices.map((notice) => `${JSON.stringify(toLine(notice))}\n`).join('');
}
