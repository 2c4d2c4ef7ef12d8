import { describe, expect, test } from 'vitest';
import { instructionsOf } from '../../../src/execute/build/instructions.ts';
import { excerpt, linesOf } from '../../../src/execute/build/lines.ts';

const dockerfile = `# syntax=x
FROM busybox AS base

ARG VERSION
RUN echo one && \\
    # a comment between
    echo two
COPY --chown=1:1 a.txt $VERSION/b /out/
RUN false
`;

test('instructions are put together from their lines', () => {
  const found = instructionsOf(dockerfile);
  expect(found.map(({ keyword, first, end }) => [keyword, first, end])).toEqual([
    ...[
      ['FROM', 1, 2],
      ['ARG', 3, 4],
      ['RUN', 4, 7],
      ['COPY', 7, 8],
      ['RUN', 8, 9],
    ],
  ]);
  expect(found[2]?.text).toBe('RUN echo one && \\\n    # a comment between\n    echo two');
});

describe('the place of a step', () => {
  test.each([
    ['[base 2/4] RUN echo one &&     echo two', { first: 5, last: 7 }],
    ['[4/4] RUN false', { first: 9, last: 9 }],
    ['Step 5/5 : RUN false', { first: 9, last: 9 }],
    ['[3/4] COPY a.txt 1.2/b /out/', { first: 8, last: 8 }],
    ['dockerfile parse error on line 9: unknown instruction: RUNN', { first: 9, last: 9 }],
    ['[internal] load build context', undefined],
    ['exporting to image', undefined],
  ])('%s', (step, place) => {
    const found = linesOf(dockerfile, step);
    expect(found && { first: found.first, last: found.last }).toEqual(place);
  });

  test('is not guessed where two instructions are alike', () => {
    expect(linesOf('FROM x\nRUN true\nRUN true\n', '[2/3] RUN true')).toBeUndefined();
  });
});

test('an excerpt marks the lines', () => {
  expect(excerpt(dockerfile, { first: 8, last: 8 })).toBe(
    [
      '     6 |     # a comment between',
      '     7 |     echo two',
      '  >  8 | COPY --chown=1:1 a.txt $VERSION/b /out/',
      '     9 | RUN false',
      '    10 |',
    ].join('\n'),
  );
});
