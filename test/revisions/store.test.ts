import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { keptName } from '../../src/revisions/images.ts';
import { listLabel } from '../../src/revisions/list.ts';
import { contentOf, revisionAt } from '../../src/revisions/revision.ts';
import { forgetRevisions, keepRevision, listRevisions } from '../../src/revisions/store.ts';
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

const volumesIn = (fake: FakeEngine) => fake.engine.listVolumes({ labels: [`${listLabel.project}=p`] });

test('one volume holds them all', async () => {
  const fake = new FakeEngine();
  for (let version = 1; version <= 4; version++) await keep(fake, version);
  const names = (await volumesIn(fake)).map(({ name }) => name);
  expect(names).toEqual([expect.stringMatching(/^p\.revisions-4-[0-9a-f]{8}$/)]);
});

test('former volumes, one for each revision, are read and become one', async () => {
  const fake = new FakeEngine();
  for (const number of [1, 2]) {
    const content = contentOf(
      project({ web: { environment: { V: String(number) } } }),
      { web: 'sha256:a' },
      undefined,
      {},
    );
    await fake.engine.createVolume({
      Name: `p.revision-${number}-00000000`,
      Labels: {
        [listLabel.project]: 'p',
        [listLabel.number]: String(number),
        [listLabel.time]: `2026-01-0${number}T00:00:00.000Z`,
        [listLabel.command]: 'up',
        [listLabel.content]: deflateRawSync(JSON.stringify(content)).toString('base64'),
      },
    });
  }
  const environments = async () =>
    (await listRevisions(fake.engine, 'p')).map(
      ({ content }) => content.project.services['web']?.environment?.['V'],
    );
  expect(await environments()).toEqual(['1', '2']);
  expect(await keep(fake, 3)).toBe(3);
  expect(await environments()).toEqual(['1', '2', '3']);
  expect(await volumesIn(fake)).toHaveLength(1);
});

test('what two wrote at the same time is one list, with each revision once', async () => {
  const fake = new FakeEngine();
  await keep(fake, 1);
  const { removeVolume } = fake.engine;
  Object.assign(fake.engine, { removeVolume: () => Promise.reject(new Error('in use')) });
  await Promise.all([keep(fake, 2), keep(fake, 3)]);
  expect(await volumesIn(fake)).toHaveLength(3);
  const read = await listRevisions(fake.engine, 'p');
  expect(read.map(({ number }) => number)).toEqual([1, 2, 2]);
  Object.assign(fake.engine, { removeVolume });
  expect(await keep(fake, 4)).toBe(3);
  expect(await volumesIn(fake)).toHaveLength(1);
  expect(await listRevisions(fake.engine, 'p')).toHaveLength(4);
});
