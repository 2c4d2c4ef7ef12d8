import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acl, attributesIn, capability, setAttribute } from './attributes.ts';
import { Group } from './group.ts';
import { call, labFolder } from './hosts.ts';
import { wipe } from './kill/wipe.ts';
import { volumeOn } from './still.ts';
import { twoHosts } from './two.ts';

const compose = `services:
  box:
    image: tscompose-base/busybox
    command: sleep 100000
    stop_signal: SIGKILL
    volumes: ['data:/data', 'logs:/logs', '/anonymous']
volumes: { data: , logs: }
`;

/** Whatever a file system can hold, made on the host with GNU tools: times to the nanosecond. */
const fill = `umask 0
mkdir tree odd kinds times holes links; (cd tree; seq 10000 | split -l 1 -a 3 -)
cd odd; touch -- "$(printf 'new\\nline')" "$(printf 'a\\351b')" ' blank ' '-rf' '*' '\\\\' '"' "'" "$(printf 'x%.0s' $(seq 255))"
mkdir -p deep/$(seq -s / 60); touch deep/$(seq -s / 60)/end; cd ..
cd kinds; mkfifo pipe; mknod null c 1 3; mknod disk b 7 200; ln -s nowhere dangling; ln -s "$(printf 'y%.0s' $(seq 4000))" long
ln -s . self; mkdir empty; cd ..
cd times; touch -d '1969-12-31 23:59:58.000000001Z' old; touch -d '2026-01-02 03:04:05.123456789Z' now; touch -d '2099-12-31 23:59:59.999999999Z' future
ln -s x link; touch -hd '2001-01-01 00:00:00.000000005Z' link
mkdir folder; touch folder/in; touch -d '2002-02-02 02:02:02.222222222Z' folder; cd ..
cd holes; truncate -s 10G all; truncate -s 10M some; printf x | dd of=some bs=1 seek=5000000 conv=notrunc status=none
head -c 3000000 /dev/urandom > none; cd ..
cd links; echo one > a; ln a b; ln a ../hard; seq 300 | while read i; do ln a many-$i; done; ln -P ../kinds/dangling same-link; cd ..
chown 1234:5678 tree/xaab; chown -h 5:6 kinds/dangling; chmod 6755 tree/xaac; chmod 1777 odd; chmod 2750 tree; chmod 0 tree/xaad; chown 70:70 .; chmod 700 .`;

const facts = '%P|%y|%m|%U|%G|%s|%T@|%n|%l\\n';

/** Paths with all that is known of them; folders without sizes and counts, which depend on the disk. */
function lookAt(folder: string): readonly string[] {
  const list = `find . -type d -printf '%P|%y|%m|%U|%G|%T@\\n' -o -printf '${facts}'`;
  const sums = 'find . -type f -size -100M -exec md5sum -- {} +';
  const nodes = "find . -type c -o -type b | xargs stat -c '%n %t %T'";
  const shell = (words: string) =>
    execFileSync('sh', ['-c', words], { cwd: folder, encoding: 'latin1', maxBuffer: 1e8 }).split('\n');
  return [list, sums, nodes].flatMap((words) => shell(words).sort());
}

/** Names that are one file. */
function groupsIn(folder: string): readonly string[] {
  const text = execFileSync('find', [
    folder,
    '!',
    '-type',
    'd',
    '-links',
    '+1',
    '-printf',
    '%i %P\n',
  ]).toString();
  const groups = new Map<string, string[]>();
  for (const line of text.split('\n').filter(Boolean)) {
    const [inode = '', ...name] = line.split(' ');
    groups.set(inode, [...(groups.get(inode) ?? []), name.join(' ')]);
  }
  return [...groups.values()].map((names) => names.sort().join(',')).sort();
}

const kilobytes = (file: string) => Number(execFileSync('du', ['-sk', file]).toString().split('\t')[0]);

describe.skipIf(labFolder === undefined)('the content of volumes', () => {
  const { one, two } = twoHosts('busybox');
  let group: Group;

  beforeAll(async () => {
    group = new Group('content', { 'compose.yaml': compose });
    await group.must(one.local, 'up', '-d');
    const folder = volumeOn(one, group);
    execFileSync('bash', ['-ec', fill], { cwd: folder });
    setAttribute(join(folder, 'tree/xaae'), 'user.note', '00ff0a');
    setAttribute(join(folder, 'tree/xaae'), 'trusted.note', '01');
    setAttribute(join(folder, 'odd'), 'user.folder', '02');
    setAttribute(join(folder, 'tree/xaaf'), 'system.posix_acl_access', acl);
    setAttribute(join(folder, 'odd'), 'system.posix_acl_default', acl);
    setAttribute(join(folder, 'tree/xaag'), 'security.capability', capability);
    setAttribute(join(folder, 'kinds/dangling'), 'trusted.link', '03');
    await group.must(
      one.local,
      'exec',
      '-T',
      'box',
      'sh',
      '-c',
      'echo own > /anonymous/file; echo log > /logs/log',
    );
  }, 180_000);
  afterAll(async () => {
    for (const host of [one, two]) await wipe(host, new Set([group.name]));
    group.close();
  });

  test.each([
    ['directly, everything read again', ['--verify', 'full']],
    ['through this machine, compressed', ['--data', 'relay', '--compress', 'always']],
  ])(
    'arrives the same: %s',
    async (_, words) => {
      await group.must(one.remote, 'migrate', '--to', two.remote, ...words);
      const [here, there] = [volumeOn(one, group), volumeOn(two, group)];
      expect(lookAt(there)).toEqual(lookAt(here));
      expect(lookAt(here).length).toBeGreaterThan(20_000);
      expect(groupsIn(there)).toEqual(groupsIn(here));
      expect(groupsIn(here)).toHaveLength(2);
      expect(attributesIn(there)).toEqual(attributesIn(here));
      expect(attributesIn(here)).toHaveLength(8);
      expect(kilobytes(join(there, 'holes/all'))).toBeLessThanOrEqual(64);
      expect(kilobytes(join(there, 'holes/some'))).toBeLessThanOrEqual(64);
      const box = ['exec', '-T', 'box', 'cat', '/anonymous/file', '/logs/log'];
      expect(await group.must(two.local, ...box)).toBe('own\nlog\n');
      // Back to where it was, for the next way.
      const moves: unknown = JSON.parse(await group.must(one.remote, 'migrate', 'ls', '--format', 'json'));
      const id = Array.isArray(moves) ? String(moves.at(-1).ID) : '';
      await group.must(one.remote, 'migrate', '--abort', id, '--discard-target');
      expect((await call(two, 'GET', '/volumes/content_data')).status).toBe(404);
    },
    180_000,
  );
});
