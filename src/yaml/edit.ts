import type { CST } from 'yaml';

/** A change at an offset of the text: of the entry, or of the scalar, that begins there. */
export interface Edit {
  readonly kind: 'remove-entry' | 'quote';
  readonly offset: number;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

type Item = CST.CollectionItem;

/**
 * The text with the edits made: every other byte stays, comments above a removed entry too. What can't be found is
 * left as it is.
 */
export async function applyEdits(text: string, edits: readonly Edit[]): Promise<string> {
  const { CST, Parser } = await import('yaml');
  const ranges: Range[] = [];
  const visit = (token: CST.Token | null | undefined): void => {
    if (token?.type === 'document') visit(token.value);
    if (token === null || token === undefined || !('items' in token)) return;
    for (const item of token.items) {
      const edit = edits.find(({ offset }) => offset === item.key?.offset || offset === item.value?.offset);
      if (edit?.kind === 'remove-entry') {
        ranges.push(removal(item, CST.stringify(item), token.type === 'flow-collection'));
        continue;
      }
      if (edit?.kind === 'quote' && item.value?.type === 'scalar') ranges.push(quoted(item.value));
      visit(item.key);
      visit(item.value);
    }
  };
  for (const token of new Parser().parse(text)) visit(token);
  return ranges
    .sort((a, b) => b.from - a.from)
    .reduce((done, { from, to, text: put }) => done.slice(0, from) + put + done.slice(to), text);
}

function quoted({ offset, source }: CST.FlowScalar): Range {
  return { from: offset, to: offset + source.length, text: `"${source}"` };
}

/** A flow entry goes with the comma before it, a block entry with its indentation and the rest of its last line. */
function removal(item: Item, source: string, inFlow: boolean): Range {
  const first = item.start[0]?.offset ?? item.key?.offset ?? item.value?.offset ?? 0;
  const to = first + source.length;
  if (inFlow) return { from: first, to, text: '' };
  const own = item.start.findIndex(({ type }) => !['space', 'comment', 'newline'].includes(type));
  const begin = own < 0 ? item.start.length : own;
  const indent = item.start[begin - 1];
  if (indent?.type === 'space') return { from: indent.offset, to, text: '' };
  return { from: item.start[begin]?.offset ?? item.key?.offset ?? first, to, text: '' };
}
