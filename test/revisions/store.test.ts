import { expect, test } from 'vitest';
import { contentOf, revisionAt } from '../../src/revisions/revision.ts';
import { forgetRevisions, keepRevision, keptName, listRevisions } from '../../src/revisions/store.ts';
import { project } from '../support/builders.ts';
import { FakeEngine } from '../support/fake-engine.ts';

const keep = (fake: FakeEngine, version: number, image = 'sha256:aaaaaaaaaaaaaaaa') =>
  keepRevision(fake.engine, 'p', 'up', (before) =>
    contentOf(
      project({ web: { image: 'web', environment: { V: String(version) } } }),
      { web: image },
      before,
      {},
    ),
  );

test('revisions are read back as they were kept, oldest first', async () => {
  const fake = new FakeEngine();
  expect(await keep(fake, 1)).toBe(1);
  expect(await keep(fake, 2)).toBe(2);
  const revisions = await listRevisions(fake.engine, 'p');
  expect(revisions.map(({ number, command }) => [number, command])).toEqual([
    [1, 'up'],
    [2, 'up'],
  ]);
  expect(revisions[0]!.content.project.services['web']!.environment).toEqual({ V: '1' });
  expect(revisionAt(revisions, -1)?.number).toBe(1);
  expect(revisionAt(revisions, 0)?.number).toBe(2);
  expect(revisionAt(revisions, 7)).toBeUndefined();
  expect(await listRevisions(fake.engine, 'other')).toEqual([]);
});

test('what is the same is no new revision', async () => {
  const fake = new FakeEngine();
  await keep(fake, 1);
  expect(await keep(fake, 1)).toBe(1);
  expect(await listRevisions(fake.engine, 'p')).toHaveLength(1);
});

test('ten are kept, and their numbers go on', async () => {
  const fake = new FakeEngine();
  for (let version = 1; version <= 13; version++) await keep(fake, version);
  const numbers = (await listRevisions(fake.engine, 'p')).map(({ number }) => number);
  expect(numbers).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
});

test('images of earlier revisions get a name of ours, until no revision needs them', async () => {
  const fake = new FakeEngine();
  const names: string[] = [];
  Object.assign(fake.engine, {
    tagImage: async (_: string, name: string) => {
      names.push(name);
    },
    inspectImage: async (name: string) => (names.includes(name) ? { id: name } : undefined),
    removeImage: async (name: string) => {
      names.splice(names.indexOf(name), 1);
    },
  });
  const [old, fresh] = ['sha256:0123456789abcdef', 'sha256:fedcba9876543210'];
  await keep(fake, 1, old);
  expect(names).toEqual([]);
  await keep(fake, 2, fresh);
  expect(names).toEqual([keptName('p', old)]);
  for (let version = 3; version <= 11; version++) await keep(fake, version, fresh);
  expect(names).toEqual([]);
  await keep(fake, 12, old);
  expect(names).toEqual([keptName('p', fresh)]);
  await forgetRevisions(fake.engine, 'p');
  expect(names).toEqual([]);
  expect(await listRevisions(fake.engine, 'p')).toEqual([]);
});
