import { pathBelow } from '../../load/context.ts';
import { type Attribute, below } from '../../spec/attribute.ts';
import { document } from '../../spec/document.ts';
import { placeOf } from '../../yaml/origins.ts';
import { Tagged } from '../../yaml/tagged.ts';
import { isTree } from '../../yaml/tree.ts';
import type { Report, Rule, Subject } from '../rule.ts';

/** TSC216: entries that one list of one file has twice, and of which one is dropped without a word. */
export const duplicates: Rule = (subject, report) => {
  for (const one of subject.documents) look(one, document, '', subject, report);
};

function look(given: unknown, attribute: Attribute, path: string, subject: Subject, report: Report): void {
  const value = given instanceof Tagged ? given.value : given;
  if (attribute.kind === 'any') return;
  if (Array.isArray(value)) {
    if (attribute.identity !== undefined) compare(value, path, subject, report);
    for (const [i, item] of value.entries())
      look(item, below(attribute, i), pathBelow(path, i), subject, report);
  } else if (isTree(value)) {
    for (const [key, item] of Object.entries(value))
      look(item, below(attribute, key), pathBelow(path, key), subject, report);
  }
}

function compare(items: readonly unknown[], path: string, { origins }: Subject, report: Report): void {
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
      fix: { kind: 'remove-entry', file: origin.source.file, offset: origin.offset },
    });
  }
}
