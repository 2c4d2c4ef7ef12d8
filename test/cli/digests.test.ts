import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { treeWithDigests, withDigests } from '../../src/cli/config/digests.ts';
import type { Context } from '../../src/cli/session.ts';
import { project } from '../support/builders.ts';

const digest = `sha256:${'a'.repeat(64)}`;
vi.mock('../../src/cli/resolver.ts', () => ({
  imageResolver: (_: unknown, use: (resolver: unknown) => unknown) =>
    use({ resolve: async () => ({ digest: `sha256:${'a'.repeat(64)}` }) }),
}));

const stderr = new PassThrough();
const context = { terminal: { stderr } } as unknown as Context;
const image = (source: string) => ({ type: 'image', source, target: '/x' }) as const;
const services = {
  web: {
    image: 'web:1',
    pre_start: [{ image: 'hook' }, {}],
    volumes: [image('files'), image('db'), { type: 'volume', source: 'data', target: '/y' } as const],
  },
  db: { image: 'db' },
};

test('pins images of services, of their hooks and of what they mount, but not names of services', async () => {
  const shown = await withDigests(context, project(services), { only: false });
  const { web } = shown.services!;
  expect(web).toMatchObject({
    image: `docker.io/library/web:1@${digest}`,
    pre_start: [{ image: expect.stringContaining(digest) }, {}],
    volumes: [{ source: expect.stringContaining(digest) }, { source: 'db' }, { source: 'data' }],
  });
  const { services: raw } = await treeWithDigests(context, { services }, { only: false });
  expect(raw).toEqual({ web: expect.objectContaining({ volumes: web!.volumes }), db: expect.anything() });
});

test('locks images alone, and tells of what a merged file can not pin', async () => {
  const { services: locked } = await withDigests(context, project(services), { only: true });
  expect(Object.keys(locked!['web']!).sort()).toEqual(['command', 'entrypoint', 'image', 'volumes']);
  expect(locked!['web']!.volumes).toHaveLength(2);
  expect(locked!['db']!.volumes).toBeUndefined();
  expect(String(stderr.read())).toContain('images of pre_start hooks');
});
