import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Customers } from './customers.ts';
import { containersOn, Group, root, watchForTwo } from './group.ts';
import { type Host, labFolder } from './hosts.ts';
import { twoHosts } from './two.ts';

describe.skipIf(labFolder === undefined)('the shop of examples/, with customers', () => {
  const { one, two } = twoHosts('busybox', 'nginx', 'node', 'postgres', 'redis');
  let group: Group;

  beforeAll(async () => {
    group = new Group('shop', {});
    cpSync(join(root, 'examples/shop'), group.folder, { recursive: true });
  }, 240_000);
  afterAll(async () => {
    group.close();
  });

  const placed = async (host: Host) => {
    const query = ['psql', '-U', 'shop', '-d', 'shop', '-Atc', 'select id from shop.purchase'];
    return new Set(
      (await group.must(host.local, 'exec', '-T', 'db', ...query)).trim().split('\n').map(Number),
    );
  };

  test('moves from one host to the other and back while orders are placed: all are there, the page answers', async () => {
    await group.must(one.remote, 'up', '-d', '--build', '--wait');
    const customers = new Customers([one, two], 8080);
    const watch = watchForTwo([one, two]);
    await customers.served(20);
    const planned = async (from: Host, to: Host) => {
      const { code, output } = await group.run(from.remote, ['migrate', '--to', to.remote, '--plan']);
      expect(code, output).toBe(2);
      return output;
    };
    expect(await planned(one, two)).toMatch(
      /MiB of data and at most .* of images .*assumed.*\n.*shop_orders \d/,
    );

    // What the same customers see of a restart, for comparison.
    customers.begin();
    await group.must(one.remote, 'stop');
    await group.must(one.remote, 'start', '--wait');
    await customers.served(5);
    console.log(`shop, stop and start in place: ${customers.report()}`);

    for (const [from, to] of [
      [one, two],
      [two, one],
    ] as const) {
      customers.begin();
      const output = await group.must(from.remote, 'migrate', '--to', to.remote, '--remove-source');
      await customers.served(20);
      const page = await fetch(`http://${to.address}:8080/`);
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Corner Shop')]);
      const told = [...customers.acknowledged];
      const there = await placed(to);
      expect(told.filter((id) => !there.has(id))).toEqual([]);
      expect(await containersOn(from, group.name)).toEqual([]);
      expect(/shop_orders: \d+ entries, [^,]+, sha256 [0-9a-f]{16}/.exec(output)).not.toBeNull();
      const words = [/Copied[^\n]*/, /Verified[^\n]*/, /moved to[^\n]*/].map((one) => one.exec(output)?.[0]);
      expect(await planned(to, from)).toMatch(/as measured before.*its last move took [\d.]+ s of downtime/);
      console.log(`shop, ${from.name} to ${to.name}: ${customers.report()}\n  ${words.join('\n  ')}`);
    }
    await customers.stop();
    expect(await watch.stop()).toEqual(new Set());
    expect(customers.acknowledged.length).toBeGreaterThan(60);
  }, 300_000);

  test('what was there before can be gone back to: revisions have moved too', async () => {
    const before = await group.must(one.local, 'history', '--quiet');
    expect(before).toMatch(/^\d+\n/);
    await group.must(one.remote, 'migrate', '--to', two.remote, '--remove-source');
    expect(await group.must(two.local, 'history', '--quiet')).toBe(before);
  }, 120_000);

  test('the secret lies on the hosts where its containers have it, and nowhere else', async () => {
    const secret = readFileSync(join(group.folder, 'secrets/db_password.txt'), 'utf8').trim();
    const holding = (folder: string) => {
      const found = execFileSync('sh', ['-c', 'grep -rlF -D skip -e "$1" "$2" || :', 'sh', secret, folder]);
      return found
        .toString()
        .split('\n')
        .filter((line) => line !== '');
    };
    const own = /\/(diff|merged)\/run\/secrets\/db_password$/;
    expect(holding(two.folder).filter((path) => !own.test(path))).toEqual([]);
    expect(holding(one.folder)).toEqual([]);
    rmSync(join(group.folder, 'secrets'), { recursive: true });
    expect(holding(group.folder)).toEqual([]);
  }, 60_000);
});
