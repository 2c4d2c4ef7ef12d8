import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { containersOn, Group } from './group.ts';
import { call, type Host, labFolder } from './hosts.ts';
import { acksOn, journalOn, recordIn } from './kill/disk.ts';
import { moveIn, pictureOf } from './kill/foreign.ts';
import { meanwhile, moveUntil, pointNamed } from './kill/pausing.ts';
import { wipe } from './kill/wipe.ts';
import { writer } from './move.ts';
import { factsIn, outlineOn, startsOn, still, volumeOn } from './still.ts';
import { twoHosts } from './two.ts';

/** The sixth, that whatever is killed leads to one of two good states, is kill.test.ts. */
describe.skipIf(labFolder === undefined)('what a move guarantees', () => {
  const { one, two } = twoHosts('busybox');
  let group: Group;

  afterEach(async () => {
    for (const host of [one, two]) await wipe(host, new Set([group.name]));
    group.close();
  });

  const up = async (name: string, files: Readonly<Record<string, string>>) => {
    group = new Group(name, files);
    await group.must(one.local, 'up', '-d');
    return group;
  };
  const fill = (words: string) => group.must(one.local, 'exec', '-T', 'box', 'sh', '-c', words);
  const reboot = async (host: Host) => {
    await host.kill();
    await host.start();
    await sleep(1500);
  };

  test('1: never two writers, though the source boots in the midst of the move and after it', async () => {
    await up('writers', { 'compose.yaml': writer });
    const started = moveUntil(group, one, two, pointNamed('before the target starts'));
    await meanwhile(started, async () => {
      await reboot(one);
      expect(await outlineOn(one, group)).toBe('0 of 2 no,no');
    });
    if (recordIn(group.folder)!.phase !== 'committed') {
      await group.must(one.remote, 'migrate', '--resume', recordIn(group.folder)!.id);
    }
    await reboot(one);
    expect(await outlineOn(one, group)).toBe('0 of 2 no,no');
    expect(await outlineOn(two, group)).toBe('2 of 2 always,unless-stopped');
    const again = await group.run(one.local, ['up', '-d']);
    expect([again.code, again.output]).toEqual([3, expect.stringContaining('goes on at')]);
    expect(await outlineOn(one, group)).toBe('0 of 2 no,no');
  });

  test('2: the data of the source is not touched, by a move that fails and by one that succeeds', async () => {
    await up('untouched', { 'compose.yaml': still() });
    await fill('cd /data; mkdir -p a/b; echo 1 > a/b/c; ln a/b/c hard; ln -s nowhere link; mkfifo pipe');
    const before = factsIn(volumeOn(one, group));
    const failing = moveUntil(group, one, two, pointNamed('before the proof'));
    const failed = await meanwhile(failing, async () =>
      writeFileSync(join(volumeOn(two, group), 'more'), ''),
    );
    expect(failed.code, failed.output).toBe(4);
    expect(factsIn(volumeOn(one, group))).toBe(before);
    await group.must(one.remote, 'migrate', '--to', two.remote);
    expect(factsIn(volumeOn(one, group))).toBe(before);
  });

  const damages: Readonly<Record<string, readonly [spoil: string, verify: string]>> = {
    'a file more': ['touch more', 'changed'],
    'a file less': ['rm -r a', 'changed'],
    'another mode': ['chmod 600 file', 'changed'],
    'another owner': ['chown 7 file', 'changed'],
    'another time, by a nanosecond': ['touch -d 2020-01-01T00:00:00.000000002Z file', 'meta'],
    'a link elsewhere': ['ln -sfn elsewhere link', 'meta'],
    'one name of a file less': ['cp -p hard new; mv new hard', 'meta'],
    'other content that looks the same': [
      'touch -r file /tmp/$$; echo B > file; touch -r /tmp/$$ file',
      'full',
    ],
  };
  test('3: what differs in any respect keeps the target from starting', async () => {
    await up('proved', { 'compose.yaml': still() });
    await fill('cd /data; mkdir a; echo A > file; ln file hard; ln -s nowhere link');
    for (const [name, [spoil, verify]] of Object.entries(damages)) {
      const started = moveUntil(group, one, two, pointNamed('before the proof'), ['--verify', verify]);
      const { code, output } = await meanwhile(started, async () => {
        execFileSync('sh', ['-ec', spoil], { cwd: volumeOn(two, group), stdio: 'ignore' });
      });
      expect([name, code, output]).toEqual([
        name,
        4,
        expect.stringMatching(/is not the same on|its content is another one/),
      ]);
      expect([name, await outlineOn(one, group), await outlineOn(two, group)]).toEqual([
        name,
        '1 of 1 always',
        '0 of 0',
      ]);
    }
  }, 300_000);

  test('4: a failure before the stop disturbs nobody, one after it brings the source back', async () => {
    await up('failing', { 'compose.yaml': still().replace('restart: always', "restart: 'no'") });
    const before = await startsOn(one, group);
    const take = async () => {
      const body = JSON.stringify({ Image: 'tscompose-base/busybox', Cmd: ['true'] });
      await call(two, 'POST', '/containers/create?name=failing-box-1', body);
    };
    const lose = async () => {
      for (const { id } of await containersOn(two, group.name)) {
        await call(two, 'DELETE', `/containers/${id}?force=1`);
      }
    };
    for (const [name, what] of [
      ['before the first container', take],
      ['before the first stop', lose],
      ['before the target starts', lose],
    ] as const) {
      const { code, output } = await meanwhile(moveUntil(group, one, two, pointNamed(name)), what);
      expect([name, code, output]).toEqual([name, 4, expect.stringContaining('the source runs as before')]);
      expect([name, await outlineOn(one, group), await outlineOn(two, group)]).toEqual([
        name,
        '1 of 1 no',
        '0 of 0',
      ]);
      if (what !== take) continue;
      expect(await startsOn(one, group)).toEqual(before);
      expect((await call(two, 'DELETE', '/containers/failing-box-1')).status).toBe(204);
    }
  }, 120_000);

  test('5: every acknowledged write is there', async () => {
    await up('acked', { 'compose.yaml': writer });
    await sleep(1000);
    await group.must(one.remote, 'migrate', '--to', two.remote);
    const acks = await acksOn(one, group.name);
    expect(acks.length).toBeGreaterThan(10);
    const journal = journalOn(two, group.name);
    expect(acks.filter(({ number }) => !journal.has(number))).toEqual([]);
  });

  test('7: again is nothing to do, others are left alone, and no secret is told', async () => {
    const others = await moveIn(two);
    const secret = 'pA55-9c1e7b';
    const more = ['secrets: [key]', 'environment: [WORD]'];
    const top = 'secrets:\n  key:\n    environment: WORD\n';
    process.env['WORD'] = secret;
    try {
      await up('secretive', { 'compose.yaml': still(...more) + top });
      const before = await pictureOf(two);
      const { code, output } = await group.run(one.remote, [
        '--progress',
        'json',
        'migrate',
        '--to',
        two.remote,
      ]);
      expect(code, output).toBe(0);
      const [here, there] = [await pictureOf(one), await pictureOf(two)];
      expect(there.filter((what) => before.includes(what))).toEqual(before);
      const again = await group.run(one.remote, ['migrate', '--to', two.remote]);
      expect([again.code, again.output]).toEqual([0, expect.stringContaining('already')]);
      expect([await pictureOf(one), await pictureOf(two)]).toEqual([here, there]);
      expect(output + again.output).not.toContain(secret);
      // What is written down here, and what engines and containers have logged.
      for (const [where, ...which] of [
        [group.folder],
        [one.folder, '--include=*.log'],
        [two.folder, '--include=*.log'],
      ]) {
        const told = spawnSync('grep', ['-rlF', ...which, secret, where!], { encoding: 'utf8' });
        expect([told.status, told.stdout]).toEqual([1, '']);
      }
    } finally {
      delete process.env['WORD'];
      await wipe(two, new Set(['theirs']));
      others.close();
    }
  });
});
