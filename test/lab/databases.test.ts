import { describe, expect, test } from 'vitest';
import { containersOn, Group, logOf, watchForTwo } from './group.ts';
import { type Host, labFolder } from './hosts.ts';
import { twoHosts } from './two.ts';

/** Clients that nothing orders: they write until their server goes, and tell what was acknowledged. */
const compose = `x-client: &client
  restart: always
  stop_signal: SIGKILL
services:
  db:
    image: tscompose-base/postgres
    restart: always
    environment: { POSTGRES_USER: bank, POSTGRES_PASSWORD: lab }
    volumes: ['accounts:/var/lib/postgresql/data']
    healthcheck: { test: [CMD, pg_isready, -q, -h, 127.0.0.1, -U, bank], interval: 500ms, retries: 60 }
    configs: [{ source: schema, target: /docker-entrypoint-initdb.d/1.sql }]
  teller1: &teller
    <<: *client
    image: tscompose-base/postgres
    entrypoint: [sh, -c]
    environment: { PGPASSWORD: lab }
    command:
      - |
        i=0
        while :; do
          while i=$$((i + 1)); do
            echo "with h as (insert into history (teller) values ('$$HOSTNAME') returning id), u as (update account set balance = balance + 1 where aid = 1 + $$i % 1000) select 'ack ' || id from h;"
          done | psql -h db -U bank -qAt 2>/dev/null
          sleep 0.2
        done
  teller2: *teller
  teller3: *teller
  cache:
    image: tscompose-base/redis
    restart: always
    command: redis-server --appendonly yes --appendfsync always
    volumes: ['keys:/data']
  counter:
    <<: *client
    image: tscompose-base/redis
    entrypoint: [sh, -c]
    command:
      - while :; do i=$$(redis-cli -h cache incr n 2>/dev/null) && redis-cli -h cache set k:$$i $$i 2>/dev/null | grep -q OK && echo ack $$i || sleep 0.1; done
volumes: { accounts: , keys: }
configs:
  schema:
    content: |
      create table account (aid int primary key, balance int not null default 0);
      insert into account select generate_series(1, 1000);
      create table history (id bigserial primary key, teller text not null, at timestamptz not null default now());
`;

describe.skipIf(labFolder === undefined)('databases that are written to', () => {
  const { one, two } = twoHosts('busybox', 'postgres', 'redis');

  /** What the clients of some services were told is safe. */
  async function acknowledged(host: Host, project: string, services: RegExp): Promise<number[]> {
    const clients = (await containersOn(host, project)).filter(({ service }) => services.test(service));
    const logs = await Promise.all(clients.map(({ id }) => logOf(host, id)));
    return logs.flatMap((log) => [...log.matchAll(/ack (\d+)/g)].map((match) => Number(match[1])));
  }

  const sql = async (group: Group, host: Host, query: string) =>
    (await group.must(host.local, 'exec', '-T', 'db', 'psql', '-U', 'bank', '-Atc', query))
      .trim()
      .split('\n');

  test('every commit that PostgreSQL and Redis acknowledged is on the target, and the books balance', async () => {
    const group = new Group('bank', { 'compose.yaml': compose });
    await group.must(one.remote, 'up', '-d', '--wait');
    const watch = watchForTwo([one, two]);
    await new Promise((done) => setTimeout(done, 3000));
    const output = await group.must(one.remote, 'migrate', '--to', two.remote);
    const commits = await acknowledged(one, group.name, /^teller/);
    const counts = await acknowledged(one, group.name, /^counter$/);
    expect([commits.length, counts.length].map((n) => n > 50)).toEqual([true, true]);

    const rows = new Set((await sql(group, two, 'select id from history')).map(Number));
    expect(commits.filter((id) => !rows.has(id))).toEqual([]);
    expect(
      await sql(group, two, 'select sum(balance) - (select count(*) from history) from account'),
    ).toEqual(['0']);
    const redis = (...words: string[]) => group.must(two.local, 'exec', '-T', 'cache', 'redis-cli', ...words);
    const keys = new Set((await redis('keys', 'k:*')).split('\n').map((key) => Number(key.slice(2))));
    expect(counts.filter((n) => !keys.has(n))).toEqual([]);
    // They go on there.
    await expect
      .poll(async () => Number((await sql(group, two, 'select count(*) from history'))[0]), {
        timeout: 20_000,
      })
      .toBeGreaterThan(rows.size);
    expect(await watch.stop()).toEqual(new Set());

    // The source still has all that was committed there, and no more than the target.
    const left = new Group('bank-left', {
      'compose.yaml': compose
        .replace(
          'volumes: { accounts: , keys: }',
          'volumes: { accounts: { external: true, name: bank_accounts }, keys: }',
        )
        .replaceAll('restart: always', ''),
    });
    await left.must(one.local, 'up', '-d', '--wait', 'db');
    const here = (await sql(left, one, 'select id from history')).map(Number);
    expect(commits.filter((id) => !here.includes(id))).toEqual([]);
    expect(here.filter((id) => !rows.has(id))).toEqual([]);
    const words = [/Copied[^\n]*/, /moved to[^\n]*/].map((one) => one.exec(output)?.[0]);
    console.log(
      `bank: ${commits.length} commits and ${counts.length} counts acknowledged before the stop, all there; ${here.length} rows on the source, ${rows.size} on the target then\n  ${words.join('\n  ')}`,
    );
    await Promise.all([left.must(one.local, 'down'), group.must(two.local, 'down', '-v')]);
    await group.must(one.local, 'down', '-v');
    left.close();
    group.close();
  }, 240_000);

  test('a sparse file of 10 GiB moves as what it holds', async () => {
    const group = new Group('sparse', {
      'compose.yaml':
        "services: { box: { image: tscompose-base/busybox, command: sleep 100000, stop_signal: SIGKILL, volumes: ['data:/data'] } }\nvolumes: { data: }\n",
    });
    await group.must(one.local, 'up', '-d');
    const fill =
      'truncate -s 10G /data/disk; for at in 0 1500 5000 9999; do dd if=/dev/urandom of=/data/disk bs=1M count=3 seek=$at conv=notrunc 2>/dev/null; done';
    const inBox = (host: Host, words: string) =>
      group.must(host.local, 'exec', '-T', 'box', 'sh', '-c', words);
    await inBox(one, fill);
    const look =
      'stat -c %s /data/disk; for at in 0 1500 5000 9999; do dd if=/data/disk bs=1M count=3 skip=$at 2>/dev/null | md5sum; done';
    const held = async (host: Host) => Number(await inBox(host, 'stat -c %b /data/disk'));
    const before = await inBox(one, look);
    const heldBefore = await held(one);
    const output = await group.must(one.remote, 'migrate', '--to', two.remote, '--remove-source');
    expect(await inBox(two, look)).toBe(before);
    // 512 bytes each. A file system needs a block more for the list of what it holds if that is in pieces.
    expect(Math.abs((await held(two)) - heldBefore)).toBeLessThanOrEqual(64);
    expect(/Copied[^\n]* (1[0-9](\.\d+)?) ?M/.exec(output), output).not.toBeNull();
    const seconds = Number(/moved to .* in (\d+\.\d) s/.exec(output)?.[1]);
    expect(seconds).toBeLessThan(60);
    console.log(`sparse 10 GiB: ${/Copied[^\n]*/.exec(output)?.[0]}; ${seconds} s`);
    await group.must(two.local, 'down', '-v');
    group.close();
  }, 180_000);
});
