import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Group } from './group.ts';
import { call, Host, labFolder } from './hosts.ts';
import { recordIn } from './kill/disk.ts';
import { pictureOf } from './kill/foreign.ts';
import { meanwhile, moveUntil, pointNamed } from './kill/pausing.ts';
import { wipe } from './kill/wipe.ts';
import { outlineOn, startsOn, still, volumeOn } from './still.ts';
import { twoHosts } from './two.ts';

const goodStates = ['0 of 1 no / 1 of 1 always', '1 of 1 always / 0 of 0'];

describe.skipIf(labFolder === undefined)('what a move may meet', () => {
  const { one, two } = twoHosts('busybox');
  let group: Group;

  afterEach(async () => {
    for (const host of [one, two]) await wipe(host, new Set([group.name]));
    group.close();
  });

  const up = async (name: string, text = still()) => {
    group = new Group(name, { 'compose.yaml': text });
    await group.must(one.local, 'up', '-d');
    return group;
  };
  const inBox = (words: string) => group.must(one.local, 'exec', '-T', 'box', 'sh', '-c', words);
  const outline = async () => `${await outlineOn(one, group)} / ${await outlineOn(two, group)}`;
  const migrate = ['migrate', '--to'] as const;

  test('a volume, a network or a container of the same name on the target: refused, and left as it is', async () => {
    await up('taken');
    const made: Readonly<Record<string, readonly [path: string, body: unknown]>> = {
      volume: ['/volumes/create', { Name: 'taken_data' }],
      network: ['/networks/create', { Name: 'taken_default' }],
      container: ['/containers/create?name=taken-box-1', { Image: 'tscompose-base/busybox', Cmd: ['true'] }],
    };
    for (const [kind, [path, body]] of Object.entries(made)) {
      const answer = await call(two, 'POST', path, JSON.stringify(body));
      expect([kind, answer.status]).toEqual([kind, 201]);
      if (kind === 'volume') writeFileSync(join(volumeOn(two, group), 'theirs'), 'theirs');
      const before = await pictureOf(two);
      const { code, output } = await group.run(one.remote, [...migrate, two.remote]);
      expect([kind, code], output).toEqual([kind, 3]);
      expect(await pictureOf(two)).toEqual(before);
      expect(await outlineOn(one, group)).toBe('1 of 1 always');
      const away = {
        volume: 'volumes/taken_data',
        network: 'networks/taken_default',
        container: 'containers/taken-box-1',
      };
      await call(two, 'DELETE', `/${away[kind as keyof typeof away]}`);
    }
  });

  test('what an interrupted move has left in the volume is made the same, whatever became of it', async () => {
    await up('leftover');
    await inBox('cd /data; mkdir -p a/b; echo 1 > a/b/c; echo 2 > same; ln -s a link; mkdir d');
    const started = moveUntil(group, one, two, pointNamed('after the passes'));
    await meanwhile(started, async ({ child }) => child.kill('SIGKILL'));
    const spoil =
      'echo stale > stale; mkdir -p e/f; echo x > e/f/g; rm -r a; ln -s / a; rmdir d; echo 3 > d; rm link; mkdir link; printf 9 > same';
    execFileSync('sh', ['-ec', spoil], { cwd: volumeOn(two, group) });
    await group.must(one.remote, 'migrate', '--resume', recordIn(group.folder)!.id);
    const list = (host: Host) => {
      const format = '%P|%y|%m|%U|%G|%T@|%l\n';
      return execFileSync('sh', ['-ec', `find . -printf '${format}' | sort; cat a/b/c same`], {
        cwd: volumeOn(host, group),
      });
    };
    expect(list(two).toString()).toBe(list(one).toString());
  });

  test('a volume with options arrives with them, and with its content', async () => {
    await up(
      'shaped',
      `${still()}    driver_opts: { type: tmpfs, device: tmpfs, o: 'size=20m,mode=1777' }\n`,
    );
    await inBox('echo kept > /data/file');
    await group.must(one.remote, ...migrate, two.remote);
    const { body } = await call(two, 'GET', '/volumes/shaped_data');
    expect(body).toMatchObject({ Options: { type: 'tmpfs', o: 'size=20m,mode=1777' } });
    expect(await group.must(two.local, 'exec', '-T', 'box', 'cat', '/data/file')).toBe('kept\n');
    expect(await group.must(two.local, 'exec', '-T', 'box', 'stat', '-c', '%a', '/data')).toBe('1777\n');
  });

  test('data of any time: clocks of the hosts do not count', async () => {
    await up('clocks');
    await inBox(
      "cd /data; echo 1 > future; echo 2 > past; touch -d '2099-12-31 23:59:59' future; touch -d '1901-12-14 00:00:01' past",
    );
    await group.must(one.remote, ...migrate, two.remote);
    const look = () => ['exec', '-T', 'box', 'stat', '-c', '%n %Y', '/data/future', '/data/past'];
    expect(await group.must(two.local, ...look())).toMatch(/future 4102444799\n.*past -2147/);
  });

  test('data that changes faster than it moves: given up before the stop, nobody notices', async () => {
    const busy = 'while :; do dd if=/dev/urandom of=/data/big bs=1M count=48 conv=notrunc 2>/dev/null; done';
    await up('busy', still().replace('sleep 100000', `sh -c '${busy}'`));
    const before = await startsOn(one, group);
    const words = ['--max-downtime', '50ms', '--on-exceed', 'abort'];
    const { code, output } = await group.run(one.remote, [...migrate, two.remote, ...words]);
    expect([code, output]).toEqual([4, expect.stringContaining('changes faster than it moves')]);
    expect(await startsOn(one, group)).toEqual(before);
    expect(await outline()).toBe('1 of 1 always / 0 of 0');
    const there = await call(two, 'GET', '/volumes/busy_data');
    expect(there.status).toBe(404);
  });

  test('the disk of the target is too small, or gets full in the last copy: the source serves', async () => {
    const small = new Host(labFolder!, 3);
    const disk = join(small.folder, 'data');
    mkdirSync(disk, { recursive: true });
    execFileSync('truncate', ['-s', '160M', join(small.folder, 'disk')]);
    execFileSync('mkfs.ext4', ['-q', '-F', join(small.folder, 'disk')]);
    execFileSync('mount', ['-o', 'loop', join(small.folder, 'disk'), disk]);
    try {
      await small.start();
      await small.images('busybox');
      await up('full');
      await inBox('dd if=/dev/urandom of=/data/big bs=1M count=200 2>/dev/null');
      const before = await startsOn(one, group);
      const early = await group.run(one.remote, [...migrate, small.remote]);
      expect([early.code, early.output]).toEqual([4, expect.stringMatching(/need .* which has .* free/)]);
      expect(await startsOn(one, group)).toEqual(before);
      await inBox('rm /data/big; echo kept > /data/file');
      const { code, output } = await meanwhile(
        moveUntil(group, one, small, pointNamed('after the passes')),
        async () => {
          await inBox('dd if=/dev/urandom of=/data/late bs=1M count=30 2>/dev/null; sync');
          execFileSync('sh', ['-c', `dd if=/dev/zero of=${disk}/filler bs=1M; true`], { stdio: 'ignore' });
        },
      );
      expect([code, output]).toEqual([4, expect.stringMatching(/no space left/i)]);
      expect(`${await outlineOn(one, group)} / ${await outlineOn(small, group)}`).toBe(
        '1 of 1 always / 0 of 0',
      );
      expect(await inBox('cat /data/file')).toBe('kept\n');
      rmSync(join(disk, 'filler'));
      await group.must(one.remote, ...migrate, small.remote);
      expect(await outlineOn(small, group)).toBe('1 of 1 always');
    } finally {
      await small.kill();
      execFileSync('umount', ['-l', disk]);
    }
  }, 120_000);

  test('a command that meets a move of another one leaves it alone', async () => {
    await up('twice');
    const other = new Group('twice', { 'compose.yaml': still() });
    const { code, output } = await meanwhile(
      moveUntil(group, one, two, pointNamed('after the passes')),
      async () => {
        // From here: it is known. From another machine: what it has made tells.
        const here = await group.run(one.remote, [...migrate, two.remote]);
        expect([here.code, here.output]).toEqual([3, expect.stringContaining('--resume')]);
        const elsewhere = await other.run(one.remote, [...migrate, two.remote]);
        expect([elsewhere.code, elsewhere.output]).toEqual([
          3,
          expect.stringContaining('begun from another machine'),
        ]);
      },
    );
    other.close();
    expect(code, output).toBe(0);
    expect(await outline()).toBe(goodStates[0]);
  });

  test('an abort that waited for a move does not take back what has succeeded', async () => {
    await up('late');
    let aborted: ReturnType<Group['run']> | undefined;
    const { code, output } = await meanwhile(
      moveUntil(group, one, two, pointNamed('the data is proved')),
      async () => {
        const { id } = recordIn(group.folder)!;
        aborted = group.run(one.remote, ['migrate', '--abort', id]);
        await new Promise((done) => setTimeout(done, 3000));
      },
    );
    expect(code, output).toBe(0);
    const late = await aborted!;
    expect([late.code, late.output]).toEqual([3, expect.stringContaining('has succeeded')]);
    expect(await outline()).toBe(goodStates[0]);
  });

  test.each([
    ['from one machine', true],
    ['from two machines', false],
  ])('two at the same moment, %s: one of the good states', async (_, same) => {
    await up('both');
    const other = same ? group : new Group('both', { 'compose.yaml': still() });
    const [a, b] = await Promise.all(
      [group, other].map((each) => each.run(one.remote, [...migrate, two.remote])),
    );
    const output = `${a!.output}\n-----\n${b!.output}`;
    expect(goodStates, output).toContain(await outline());
    if (same)
      expect(
        [a!.code, b!.code].filter((code) => code === 0),
        output,
      ).not.toEqual([]);
    if (!same) other.close();
  });
});
