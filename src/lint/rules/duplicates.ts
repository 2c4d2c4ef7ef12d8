import { pathBelow } from '../../load/context.ts';
import { type Attribute, below } from '../../spec/attribute.ts';
import { document } from '../../spec/document.ts';
import { placeOf } from '../../yaml/origins.ts';
import { Tagged } from '../../yaml/tagged.ts';
import { isTree } from '../../yaml/tree.ts';
import type { FileRule, Files, Report } from '../rule.ts';

/** TSC216: entries that one list of one file has twice: one is dropped without a word, or the file is refused. */
export const duplicates: FileRule = (files, report) => {
  for (const one of files.documents) look(one, document, '', files, report);
};

function look(given: unknown, attribute: Attribute, path: string, files: Files, report: Report): void {
  const value = given instanceof Tagged ? given.value : given;
  if (attribute.kind === 'any') return;
  if (Array.isArray(value)) {
    if (attribute.identity !== undefined || path.endsWith('.group_add')) compare(value, path, files, report);
    for (const [i, item] of value.entries())
      look(item, below(attribute, i), pathBelow(path, i), files, report);
  } else if (isTree(value)) {
    for (const [key, item] of Object.entries(value))
      look(item, below(attribute, key), pathBelow(path, key), files, report);
  }
}

function compare(items: readonly unknown[], path: string, { origins }: Files, report: Report): void {
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    const text = JSON.stringify(item);
    if (seen.size !== seen.add(text).size) continue;
    const origin = origins.of(items, i).at(-1);
    if (origin === undefined) continue;
    report({
      code: 'TSC216',
      message: `${path} has ${text.length > 60 ? 'the same entry' : text} twice`,
      path: pathBelow(path, i),
      place: placeOf(origin),
      hint: 'remove one of them',
      told: path.endsWith('.group_add'),
      fix: { kind: 'remove-entry', file: origin.source.file, offset: origin.offset },
    });
  }
}
