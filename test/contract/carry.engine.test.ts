import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sweepHelpers } from '../../src/data/container.ts';
import { copyVolumes, digestVolumes, statVolumes } from '../../src/data/copy.ts';
import { connect } from '../../src/engine/connect.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { docker, podman } from '../support/engines.ts';

/** What tar, cp and the engines' own copies lose, as far as busybox can make it. */
const everything = `
  cd /data && umask 0 && mkdir -p deep/er && echo text > plain && chown 1234:5678 plain && ln plain deep/hard &&
  ln -s nowhere link && chown -h 9:9 link && mkfifo fifo && mknod null c 1 3 && echo x > setuid && chmod 6755 setuid &&
  truncate -s 1G sparse && printf 'a\\377 \\n b' | xargs -0 touch && touch -d '1969-12-31 23:59:00' old &&
  dd if=/dev/urandom of=large bs=1M count=3 2>/dev/null && chmod 1700 deep/er`;

describe.each([
  ['docker', docker],
  ['podman', podman],
])('contents of volumes on %s', (kind, host) => {
  if (host === undefined) {
    test.skip(`no engine: TSCOMPOSE_TEST_${kind.toUpperCase()} is not set`, () => {});
    return;
  }
  let engine: Engine;
  const prefix = `carry${process.pid}-`;
  const [a, b, c] = ['a', 'b', 'c'].map((name) => prefix + name) as [string, string, string];

  const inVolume = async (volume: string, script: string) => {
    const { id } = await engine.createContainer('', {
      ...{ Image: 'busybox', Cmd: ['sh', '-ec', script], Labels: {} },
      HostConfig: {
        Mounts: [{ Type: 'volume', Source: volume, Target: '/data' }],
        CapAdd: ['MKNOD'],
      },
    });
    const exit = engine.waitContainer(id, 'next-exit');
    await engine.startContainer(id);
    expect(await exit).toBe(0);
    await engine.removeContainer(id, { force: true });
  };

  beforeAll(async () => {
    engine = await connect({ host, environment: {} });
    for (const Name of [a, b, c]) await engine.createVolume({ Name, Labels: {} });
    await inVolume(a, everything);
  });
  afterAll(async () => {
    await sweepHelpers(engine, [`carry-test=${process.pid}`]);
    for (const name of [a, b, c]) await engine.removeVolume(name, true);
    engine.close();
  });

  test('a copy is the same in every respect, and says so', async () => {
    const labels = { 'carry-test': String(process.pid) };
    const [report] = await copyVolumes(engine, [{ from: { volume: a }, to: { volume: b } }], { labels });
    expect(report?.pass.sent).toBeLessThan(4 << 20);
    const [one, two] = await digestVolumes(engine, [{ volume: a }, { volume: b }]);
    expect(one).toEqual(two);
    expect(report?.verdict).toEqual(one);
    const [stat] = await statVolumes(engine, [{ volume: b }]);
    expect(stat?.bytes).toBeGreaterThan(1 << 30);
    expect(stat?.used).toBeLessThan(8 << 20);
    expect(await engine.listContainers({ all: true, labels: [`carry-test=${process.pid}`] })).toEqual([]);
  });

  test('into a folder of a volume and back, over what is there by then', async () => {
    const there = { volume: c, folder: 'snapshot/one' };
    await copyVolumes(engine, [{ from: { volume: a }, to: there }]);
    await inVolume(b, 'cd /data && rm link && mkdir link && echo more > more && echo tezt > plain');
    const [report] = await copyVolumes(engine, [{ from: there, to: { volume: b } }]);
    expect(report?.pass.sent).toBeLessThan(1000);
    const [one, two] = await digestVolumes(engine, [{ volume: a }, { volume: b }]);
    expect(one).toEqual(two);
  });
});
