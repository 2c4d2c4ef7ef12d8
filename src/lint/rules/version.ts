import { placeOf } from '../../yaml/origins.ts';
import type { FileRule } from '../rule.ts';

/** TSC201: the version of the file format, which nothing reads any more. */
export const obsoleteVersion: FileRule = ({ documents, origins }, report) => {
  for (const document of documents) {
    const origin = origins.of(document, 'version').at(-1);
    if (origin === undefined) continue;
    report({
      code: 'TSC201',
      message: 'the attribute "version" is obsolete and has no effect',
      path: 'version',
      place: placeOf(origin),
      hint: 'remove it',
      fix: { kind: 'remove-entry', file: origin.source.file, offset: origin.offset },
    });
  }
};
