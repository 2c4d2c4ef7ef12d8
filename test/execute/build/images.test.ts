import { expect, test } from 'vitest';
import { imagesIn, renameImagesIn } from '../../../src/execute/build/images.ts';
import { instructionsOf } from '../../../src/execute/build/instructions.ts';

const facts = { args: { GIVEN: '3' }, platform: 'linux/arm64/v8', contexts: ['Shared'] };

test.each([
  ['what stages start from', 'FROM a\nFROM b:1 AS c\nFROM c', ['a', 'b:1']],
  ['names are for later stages only', 'FROM b\nFROM a AS b', ['b', 'a']],
  [
    'nothing for scratch, contexts and digests of stages',
    'FROM scratch\nFROM shared\nCOPY --from=0 /a /',
    [],
  ],
  [
    'copies and mounts',
    'FROM a\nCOPY --chown=1 --from=x/y:2 /a /b\nADD --from=z /a /\nRUN --mount=type=bind,from=m,target=/m ls',
    ['a', 'x/y:2', 'z', 'm'],
  ],
  ['a step is text', 'FROM a\nRUN echo \\\n# FROM no\n  FROM other --from=none && \\\n  from=no', ['a']],
  [
    'here-documents are text',
    'FROM a\nRUN <<-EOF\nFROM no\n\tEOF\nCOPY --from=b <<A <<"B" /x/\nFROM no\nA\nFROM no\nB\nFROM c',
    ['a', 'b', 'c'],
  ],
  ['continued lines', 'FROM \\\n  --platform=linux/amd64 \\\n  a AS b\nFROM b', ['a']],
  ['an escape of its own', '# escape=`\nFROM `\n  a\nRUN c:\\\nFROM b', ['a', 'b']],
  [
    'arguments before the first stage',
    'ARG A=1 B="2" GIVEN=4\nARG C=x$A\nARG D\nFROM a:$A\nARG A=9\nFROM b:${B}-${C}\nFROM c:$GIVEN\nFROM d:${D:-none}${D:+some}',
    ['a:1', 'b:2-x1', 'c:3', 'd:none'],
  ],
  ['arguments of the builder', 'FROM a-$TARGETARCH:${TARGETOS}${TARGETVARIANT}', ['a-arm64:linuxv8']],
  ['forms that are not known', 'ARG A=1\nFROM a:${A#1}\nFROM b', ['b']],
  ['the front end', '# syntax=docker/dockerfile:1\nFROM a\n# syntax=other', ['a', 'docker/dockerfile:1']],
  ['no front end after the top', 'FROM a\n# syntax=other', ['a']],
  ['small letters', 'from a as b\ncopy --from=c / /', ['a', 'c']],
])('%s', (_, text, expected) => expect(imagesIn(text, facts)).toEqual(expected));

test('another image takes the place of its name, and lines stay where they are', () => {
  const text = [
    '# syntax=front:1',
    'ARG V=1',
    'FROM --platform=$BUILDPLATFORM \\',
    '  base:$V AS one',
    'RUN --mount=from=base:1,target=/m echo base:1 \\',
    '  and more',
    'COPY --from=one /a /b',
  ].join('\r\n');
  const pins: Record<string, string> = { 'base:1': 'base:1@sha256:x', 'front:1': 'front:1@sha256:y' };
  expect(renameImagesIn(text, facts, (image) => pins[image]).split('\r\n')).toEqual([
    '# syntax=front:1@sha256:y',
    'ARG V=1',
    'FROM --platform=$BUILDPLATFORM \\',
    '  base:1@sha256:x AS one',
    'RUN --mount=from=base:1@sha256:x,target=/m echo base:1 \\',
    '  and more',
    'COPY --from=one /a /b',
  ]);
  expect(renameImagesIn(text, facts, () => undefined)).toBe(text);
});

test('for several platforms a name that depends on them stays', () => {
  const text = 'FROM a-$TARGETARCH\nFROM b';
  expect(renameImagesIn(text, { ...facts, platform: undefined }, (image) => `${image}:x`)).toBe(
    'FROM a-$TARGETARCH\nFROM b:x',
  );
});

test('a Dockerfile without an end of line, and one of nothing', () => {
  expect(instructionsOf('')).toEqual([]);
  expect(instructionsOf('FROM a \\').map(({ keyword }) => keyword)).toEqual(['FROM']);
});
