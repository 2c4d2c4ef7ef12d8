import { expect, test } from 'vitest';
import { withImages } from '../../../src/execute/build/rewrite.ts';

const images = { base: 'x/base:1', alpine: 'y' };

test.each([
  ['FROM base', 'FROM x/base:1'],
  ['from --platform=$P base as b', 'from --platform=$P x/base:1 as b'],
  ['FROM alpine:latest', 'FROM y'],
  ['FROM docker.io/library/alpine', 'FROM y'],
  ['FROM alpine:3', 'FROM alpine:3'],
  ['FROM database', 'FROM database'],
  ['COPY --from=base /a /b', 'COPY --from=x/base:1 /a /b'],
  ['COPY --chown=1 --from=other /a /b', 'COPY --chown=1 --from=other /a /b'],
  ['RUN --mount=type=bind,from=base,target=/x cmd', 'RUN --mount=type=bind,from=x/base:1,target=/x cmd'],
  ['RUN --mount=from=base,target=/x cmd', 'RUN --mount=from=x/base:1,target=/x cmd'],
  ['RUN echo from=base', 'RUN echo from=base'],
  ['# FROM base', '# FROM base'],
])('%s', (line, expected) => expect(withImages(`${line}\nRUN base`, images)).toBe(`${expected}\nRUN base`));
