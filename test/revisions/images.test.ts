import { expect, test } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import type { ImageDetails } from '../../src/engine/images.ts';
import { findImage, keepReplaced, keptName } from '../../src/revisions/images.ts';
import type { Revision } from '../../src/revisions/revision.ts';
import { project } from '../support/builders.ts';
import { FakeEngine } from '../support/fake-engine.ts';

interface Stored {
  readonly id: string;
  readonly manifests?: Readonly<Record<string, string>>;
}

/** An engine that forgets an image with its last name, and finds nothing by the id of one platform: containerd's store. */
function forgetful() {
  const names = new Map<string, Stored>();
  const details = (one: Stored) =>
    ({
      ...one,
      repoTags: [...names].filter(([, { id }]) => id === one.id).map(([name]) => name),
    }) as unknown as ImageDetails;
  const find = (reference: string) =>
    names.get(reference) ?? [...names.values()].find(({ id }) => id === reference);
  const engine = Object.assign(new FakeEngine().engine, {
    inspectImage: async (reference: string) => {
      const found = find(reference);
      return found && details(found);
    },
    tagImage: async (reference: string, target: string) => {
      const found = find(reference);
      if (found === undefined) throw new Error(`No such image: ${reference}`);
      names.set(target, found);
    },
    removeImage: async (name: string) => {
      names.delete(name);
    },
  }) as Engine;
  return { engine, names };
}

const revisions =
  (...ids: readonly string[]) =>
  async (): Promise<Revision[]> =>
    ids.map((id, i) => ({
      ...{ number: i + 1, time: '', command: 'up' },
      content: { project: project({ web: { image: 'web' } }), images: { web: id } },
    }));

test('an image that a build takes the name of is there for a rollback', async () => {
  const { engine, names } = forgetful();
  names.set('p-web', { id: 'sha256:one' });
  const over = await keepReplaced(engine, 'p', 'p-web', revisions('sha256:one'));
  names.set('p-web', { id: 'sha256:two' });
  await over();
  const found = await findImage(engine, 'p', 'sha256:one');
  expect(found).toMatchObject({ image: { id: 'sha256:one' }, name: keptName('p', 'sha256:one') });
});

test('so is one of several platforms, which revisions know by the platform', async () => {
  const { engine, names } = forgetful();
  names.set('p-web', { id: 'sha256:index', manifests: { 'linux/amd64': 'sha256:part' } });
  const over = await keepReplaced(engine, 'p', 'p-web', revisions('sha256:old', 'sha256:part'));
  names.set('p-web', { id: 'sha256:two' });
  await over();
  expect(await findImage(engine, 'p', 'sha256:part')).toMatchObject({
    ...{ image: { id: 'sha256:index' }, name: keptName('p', 'sha256:part') },
  });
});

test('nothing is kept of an image that no revision knows, or that stays what it was', async () => {
  const { engine, names } = forgetful();
  names.set('p-web', { id: 'sha256:one' });
  await (await keepReplaced(engine, 'p', 'p-web', revisions('sha256:other')))();
  expect([...names.keys()]).toEqual(['p-web']);
  const over = await keepReplaced(engine, 'p', 'p-web', revisions('sha256:one'));
  expect(names.size).toBe(2);
  await over();
  expect([...names.keys()]).toEqual(['p-web']);
  await (await keepReplaced(engine, 'p', 'none', revisions('sha256:one')))();
  expect([...names.keys()]).toEqual(['p-web']);
});
