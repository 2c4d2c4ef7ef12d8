import { parseEvents } from 'js-yaml';

/** A scalar that is to be another one. */
export interface Edit {
  /** Where the key of the value begins, or with `entry` the value itself; as `Origins` has it. */
  readonly offset: number;
  readonly entry: boolean;
  /** Must need no quotes. */
  readonly value: string;
}

type Event = ReturnType<typeof parseEvents>[number];

/** A file with other values at some places; every other byte stays. Values that are no scalars stay too. */
export function replaceValues(text: string, edits: readonly Edit[]): string {
  const events = parseEvents(text, { maxDepth: 500 });
  const byStart = new Map(events.map((event, i) => [rangeOf(event)?.[0], i] as const));
  const spans = new Map<number, { readonly end: number; readonly value: string }>();
  for (const { offset, entry, value } of edits) {
    const at = byStart.get(offset);
    const range = at === undefined ? undefined : rangeOf(events[entry ? at : at + 1]);
    if (range !== undefined) spans.set(range[0], { end: range[1], value });
  }
  let result = text;
  for (const [start, { end, value }] of [...spans].sort(([a], [b]) => b - a)) {
    result = result.slice(0, start) + value + result.slice(end);
  }
  return result;
}

/** Of a plain or quoted scalar, or an alias. */
function rangeOf(event: Event | undefined): readonly [start: number, end: number] | undefined {
  if (event?.type === 5) return [event.anchorStart - 1, event.anchorEnd];
  if (event?.type !== 4 || event.valueStart < 0) return undefined;
  if (event.style === 1) return [event.valueStart, event.valueEnd];
  return event.style === 2 || event.style === 3 ? [event.valueStart - 1, event.valueEnd + 1] : undefined;
}
