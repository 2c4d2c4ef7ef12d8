import { describe, expect, test } from 'vitest';
import { isRecord } from '../support/json.ts';
import { containersOn, everythingOn, Group } from './group.ts';
import { type Host, labFolder } from './hosts.ts';
import { twoHosts } from './two.ts';

const box = 'image: tscompose-base/busybox, command: sleep 100000, stop_signal: SIGKILL';

describe.skipIf(labFolder === undefined)('what moves, and what becomes of the source', () => {
  const { one, two } = twoHosts('busybox');

  const clean = async (group: Group) => {
    for (const host of [one, two]) await group.must(host.local, 'down', '-v', '--remove-orphans');
    group.close();
  };
  const inBox = (group: Group, host: Host, line: string, service = 'box') =>
    group.must(host.local, 'exec', '-T', service, 'sh', '-c', line);
  const running = async (group: Group, host: Host) =>
    (await containersOn(host, group.name)).filter((c) => c.running).map(({ service }) => service);
  const lastMove = async (group: Group) => {
    const moves: unknown = JSON.parse(await group.must(one.remote, 'migrate', 'ls', '--format', 'json'));
    const last: unknown = Array.isArray(moves) ? moves.at(-1) : undefined;
    return isRecord(last) ? { id: String(last['ID']), phase: last['Phase'] } : { id: '', phase: undefined };
  };

  test('--binds: folders of the host keep a move from happening, stay, or come along', async () => {
    // /run is each host's own.
    const group = new Group('bound', {
      'compose.yaml': `services: { box: { ${box}, volumes: ['/run/shared:/shared'] } }\n`,
    });
    await group.must(one.remote, 'up', '-d');
    await inBox(
      group,
      one,
      'mkdir -m 700 /shared/d; echo mine > /shared/d/f; chown 3:4 /shared/d/f; touch -d @1000000000 /shared/d/f',
    );
    const refused = await group.run(one.remote, ['migrate', '--to', two.remote]);
    expect([refused.code, refused.output]).toEqual([3, expect.stringMatching(/--binds skip|--binds copy/)]);
    expect(await running(group, one)).toEqual(['box']);
    const skipped = await group.must(
      one.remote,
      'migrate',
      '--to',
      two.remote,
      '--binds',
      'skip',
      '--remove-source',
    );
    expect(skipped).toContain('does not move');
    expect(await inBox(group, two, 'ls /shared')).toBe('');
    await group.must(two.remote, 'migrate', '--to', one.remote, '--binds', 'skip', '--remove-source');
    const look = 'cat /shared/d/f; stat -c "%a %u %g %Y" /shared/d /shared/d/f';
    const before = await inBox(group, one, look);
    expect(before).toContain('mine');
    await group.must(one.remote, 'migrate', '--to', two.remote, '--binds', 'copy', '--remove-source');
    expect(await inBox(group, two, look)).toBe(before);
    await clean(group);
  }, 180_000);

  test('anonymous volumes, labels, names, restart policies, limits, configs and secrets are the same there', async () => {
    const group = new Group('whole', {
      'compose.yaml': `services:
  box:
    ${box.replaceAll(', ', '\n    ')}
    container_name: the-box
    labels: { mine: 'yes' }
    restart: on-failure:3
    mem_limit: 64m
    ports: ['18092:80']
    volumes: ['/own', 'named:/named']
    configs: [{ source: settings, target: /etc/settings, mode: 0440, uid: '5' }]
    secrets: [{ source: word, target: word, mode: 0400 }]
    networks: { inner: { aliases: [other-name] } }
volumes: { named: { labels: { kept: 'true' } } }
networks: { inner: { ipam: { config: [{ subnet: 10.78.1.0/24 }] }, labels: { net: mine } } }
configs: { settings: { content: 'level: 5' } }
secrets: { word: { environment: THE_WORD } }
`,
      '.env': 'THE_WORD=a-word-nobody-writes-down\n',
    });
    await group.must(one.remote, 'up', '-d');
    await inBox(group, one, 'echo anonymous > /own/f; echo named > /named/f');
    const look =
      'cat /own/f /named/f /etc/settings /run/secrets/word; stat -c "%a %u" /etc/settings /run/secrets/word; nslookup other-name 2>/dev/null | grep -c 10.78.1';
    const before = await inBox(group, one, look);
    expect(before).toContain('a-word-nobody-writes-down');
    const output = await group.must(one.remote, 'migrate', '--to', two.remote, '--format', 'json');
    expect(output).not.toContain('a-word-nobody-writes-down');
    // One event a line.
    for (const line of output.trim().split('\n')) JSON.parse(line);
    expect(await inBox(group, two, look)).toBe(before);
    expect(await containersOn(two, 'whole')).toMatchObject([{ running: true, restart: 'on-failure' }]);
    expect(await containersOn(one, 'whole')).toMatchObject([{ running: false, restart: 'no' }]);
    const { id } = await lastMove(group);
    const status = await group.must(one.remote, 'migrate', 'status', id);
    expect(status).toMatch(/phase: +committed/);
    expect(status).toMatch(/downtime: +\d+\.\d s/);

    // It has succeeded: not taken back by mistake, but on request.
    const refused = await group.run(one.remote, ['migrate', '--abort', id]);
    expect([refused.code, refused.output]).toEqual([3, expect.stringContaining('--discard-target')]);
    await inBox(group, two, 'echo later > /named/g');
    await group.must(one.remote, 'migrate', '--abort', id, '--discard-target');
    expect(await containersOn(one, 'whole')).toMatchObject([{ running: true, restart: 'on-failure' }]);
    expect(await containersOn(two, 'whole')).toEqual([]);
    expect((await lastMove(group)).phase).toBe('aborted');
    expect(await inBox(group, one, look)).toBe(before);
    const unknown = await group.run(one.remote, ['migrate', '--resume', 'abcdef']);
    expect([unknown.code, unknown.output]).toEqual([1, expect.stringContaining(id)]);
    await clean(group);
  }, 180_000);

  test('a part of a group moves with what it is tied to; alone only with --allow-split', async () => {
    const group = new Group('parted', {
      'compose.yaml': `services:
  db: { ${box}, volumes: ['data:/data'] }
  app: { ${box}, depends_on: [db] }
  backup: { ${box}, volumes: ['data:/data:ro'] }
  other: { ${box} }
volumes: { data: }
`,
    });
    await group.must(one.remote, 'up', '-d');
    await group.must(one.remote, 'migrate', '--to', two.remote, 'app', '--remove-source');
    expect((await running(group, two)).sort()).toEqual(['app', 'backup', 'db']);
    expect(await running(group, one)).toEqual(['other']);
    const split = await group.must(
      two.remote,
      'migrate',
      '--to',
      one.remote,
      '--allow-split',
      'app',
      '--remove-source',
    );
    expect(split).toContain('depends on db');
    expect((await running(group, one)).sort()).toEqual(['app', 'other']);
    expect((await running(group, two)).sort()).toEqual(['backup', 'db']);
    await clean(group);
  }, 120_000);

  test('--forward for a time, then no more; --keep-source and --finish', async () => {
    const group = new Group('bridge', {
      'compose.yaml': `services:
  web: { image: tscompose-base/busybox, command: httpd -f -p 80 -h /data, stop_signal: SIGKILL, ports: ['18093:80'], volumes: ['data:/data'] }
volumes: { data: }
`,
    });
    await group.must(one.remote, 'up', '-d');
    await inBox(group, one, 'echo hello > /data/index.html', 'web');
    await group.must(one.remote, 'migrate', '--to', two.remote, '--forward=5s', '--keep-source');
    const answer = () =>
      fetch(`http://${one.address}:18093/index.html`, { signal: AbortSignal.timeout(1000) }).then((r) =>
        r.text(),
      );
    expect(await answer()).toBe('hello\n');
    await expect.poll(() => answer().catch(() => 'nobody'), { timeout: 20_000 }).toBe('nobody');
    expect(await containersOn(one, 'bridge')).toMatchObject([{ running: false }]);
    const { id } = await lastMove(group);
    await group.must(one.remote, 'migrate', '--finish', id);
    expect(
      (await everythingOn(one)).filter((what) => what.includes('bridge_') || what.includes('bridge-')),
    ).toEqual([]);
    expect(await running(group, two)).toEqual(['web']);
    await clean(group);
  }, 120_000);
});
