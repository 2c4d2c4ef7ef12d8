import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { moveImage } from '../../src/data/images/copy.ts';
import { connect } from '../../src/engine/connect.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { docker, podman } from '../support/engines.ts';

const both = docker !== undefined && podman !== undefined;

describe.skipIf(!both)('images between engines', () => {
  let engines: Record<'docker' | 'podman', Engine>;
  const name = `tscompose-test/layers${process.pid}`;

  /** An image of two layers: that of busybox, and a file of its own. */
  const make = async (engine: Engine, tag: string) => {
    const { id } = await engine.createContainer('', {
      ...{ Image: 'busybox', Cmd: ['sh', '-c', `echo ${tag} > /own`], Labels: {}, HostConfig: {} },
    });
    const exit = engine.waitContainer(id, 'next-exit');
    await engine.startContainer(id);
    await exit;
    await engine.commitContainer(id, { reference: `${name}:${tag}` });
    await engine.removeContainer(id, { force: true });
    return (await engine.inspectImage(`${name}:${tag}`))!;
  };
  /** Proves that both layers are there. */
  const runs = async (engine: Engine, tag: string) => {
    const { id } = await engine.createContainer('', {
      ...{
        Image: `${name}:${tag}`,
        Cmd: ['sh', '-c', `test "$(cat /own)" = ${tag}`],
        Labels: {},
        HostConfig: {},
      },
    });
    const exit = engine.waitContainer(id, 'next-exit');
    await engine.startContainer(id);
    expect(await exit).toBe(0);
    await engine.removeContainer(id, { force: true });
  };

  beforeAll(async () => {
    engines = {
      docker: await connect({ host: docker!, environment: {} }),
      podman: await connect({ host: podman!, environment: {} }),
    };
  });
  afterAll(async () => {
    for (const engine of Object.values(engines)) {
      for (const image of await engine.listImages({ all: true })) {
        const own = image.repoTags.filter((tag) => tag.includes(name));
        for (const tag of own) await engine.removeImage(tag).catch(() => {});
      }
      engine.close();
    }
  });

  test.each([
    ['docker', 'podman'],
    ['podman', 'docker'],
  ] as const)('from %s to %s, only what is missing goes', async (from, to) => {
    const tag = `${from}-${to}`;
    const wanted = await make(engines[from], tag);
    // What the target is to have already has to come from the same base.
    const base = (await engines[from].inspectImage('busybox'))!;
    await moveImage(engines[from], engines[to], 'busybox', base);
    const report = await moveImage(engines[from], engines[to], `${name}:${tag}`, wanted);
    expect(report.whole).toBeUndefined();
    expect(report.saved).toBeGreaterThan(100_000);
    await runs(engines[to], tag);
  });

  test.each([
    ['docker', 'podman'],
    ['podman', 'docker'],
  ] as const)(
    'from %s to %s, a layer that is not there after all is noticed, and all is sent',
    async (from, to) => {
      const tag = `lie-${from}`;
      const wanted = await make(engines[from], tag);
      const fake = { ...wanted, id: 'sha256:fake' };
      const target = engines[to];
      const liar: Engine = {
        ...target,
        listImages: async () => [
          { id: fake.id, repoTags: [], repoDigests: [], labels: {}, size: 0, created: 0 },
        ],
        inspectImage: async (reference) => (reference === fake.id ? fake : target.inspectImage(reference)),
      };
      const report = await moveImage(engines[from], liar, `${name}:${tag}`, wanted);
      expect(report).toMatchObject({ saved: 0, whole: expect.any(String) });
      await runs(target, tag);
    },
  );
});
