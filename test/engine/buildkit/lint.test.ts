import { expect, test } from 'vitest';
import { findingsOf } from '../../../src/engine/buildkit/lint.ts';

const data = Buffer.from('from x\nRUN y\n').toString('base64');

test('a report becomes findings with their lines', () => {
  const location = { sourceIndex: 0, ranges: [{ start: { line: 1 }, end: { line: 1 } }] };
  const found = findingsOf({
    warnings: [
      { ruleName: 'Casing', detail: 'write it large', url: 'https://x', location },
      { ruleName: 'General', description: 'about nothing in particular', location: { sourceIndex: -1 } },
    ],
    sources: [{ filename: 'Dockerfile', data }],
    buildError: { message: 'no such thing', location },
  });
  const place = { dockerfile: 'from x\nRUN y\n', first: 1, last: 1 };
  expect(found).toEqual([
    { rule: 'Casing', message: 'write it large', url: 'https://x', place },
    { rule: 'General', message: 'about nothing in particular', url: '' },
    { rule: '', message: 'no such thing', url: '', place },
  ]);
});

test('a report without anything is none', () => expect(findingsOf({})).toEqual([]));
