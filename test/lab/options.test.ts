import { describe, expect, test } from 'vitest';
import { containersOn } from './group.ts';
import { call, labFolder } from './hosts.ts';
import { bytesOver, readByHelpers, Shuttle } from './shuttle.ts';
import { twoHosts } from './two.ts';

const MiB = 1 << 20;
const random = (megabytes: number) => `dd if=/dev/urandom of=random bs=1M count=${megabytes} 2>/dev/null`;

describe.skipIf(labFolder === undefined)('options of a move have their effect', () => {
  const { one, two } = twoHosts('busybox');

  const open = async (name: string, ...rest: string[]) => {
    const shuttle = new Shuttle(name, [one, two], ...rest);
    await shuttle.up();
    return shuttle;
  };

  test('--data: from host to host, through this machine, or by the engines', async () => {
    const shuttle = await open('ways');
    shuttle.fill(random(24));
    const sum = () => shuttle.group.must(shuttle.from.local, 'exec', '-T', 'box', 'md5sum', '/data/random');
    const before = await sum();
    // Both helpers' images are loaded through here once, by any way.
    await shuttle.move();
    const passing = async (...args: string[]) => {
      const begin = bytesOver('br0');
      const output = await shuttle.move(...args);
      expect(await sum()).toBe(before);
      return { output, bytes: bytesOver('br0') - begin };
    };
    const direct = await passing('--data', 'direct', '--compress', 'none');
    expect(direct.output).toContain('data goes directly');
    expect(direct.bytes).toBeLessThan(4 * MiB);
    expect((await passing()).bytes).toBeLessThan(4 * MiB);
    // Also from an engine of this machine, which is how the source is named here.
    const words = ['migrate', '--to', shuttle.to.remote, '--remove-source'];
    const local = await shuttle.group.run(shuttle.from.local, words);
    expect([local.code, local.output]).toEqual([0, expect.stringContaining('data goes directly')]);
    [shuttle.from, shuttle.to] = [shuttle.to, shuttle.from];
    // In from the one, out to the other.
    expect((await passing('--data', 'relay', '--compress', 'none')).bytes).toBeGreaterThan(48 * MiB);
    const plan = await shuttle.run(['--data', 'archive', '--plan']);
    expect([plan.code, plan.output]).toEqual([2, expect.stringMatching(/whole copy.*attributes/)]);
    await passing('--data', 'archive');

    const { from, to } = shuttle;
    from.route(to, 'unreachable');
    try {
      const refused = await shuttle.run(['--data', 'direct']);
      expect([refused.code, refused.output]).toEqual([4, expect.stringContaining('--data relay')]);
      expect((await containersOn(from, 'ways')).map(({ running }) => running)).toEqual([true]);
      const relayed = await passing();
      expect(relayed.output).toContain('do not reach each other');
      expect(relayed.bytes).toBeGreaterThan(48 * MiB);
    } finally {
      from.route(to, 'reachable');
    }
    await shuttle.down();
  }, 240_000);

  test('--bwlimit: no more than that goes over the link while the source serves', async () => {
    const shuttle = await open('slow');
    shuttle.fill(random(24));
    const samples: { readonly at: number; readonly bytes: number }[] = [];
    let timer: NodeJS.Timeout | undefined;
    const link = shuttle.from.name;
    const look = () => samples.push({ at: performance.now(), bytes: bytesOver(link) });
    look();
    await shuttle.run(['--bwlimit', '6M', '--passes', '1', '--compress', 'none'], (event) => {
      if (event.operation !== 'sync-volumes') return;
      timer ??= setInterval(look, 250);
      if (event.status === 'Done') {
        clearInterval(timer);
        look();
      }
    });
    clearInterval(timer);
    const moving = samples.filter(({ bytes }) => bytes > samples[0]!.bytes + MiB / 2);
    const [first, last] = [moving[0]!, moving.at(-1)!];
    const rate = (last.bytes - first.bytes) / ((last.at - first.at) / 1000);
    console.log(`--bwlimit 6M: ${(rate / MiB).toFixed(2)} MiB/s over the link`);
    expect(last.bytes - samples[0]!.bytes).toBeGreaterThan(23 * MiB);
    expect(rate / MiB).toBeLessThan(6.6);
    expect(rate / MiB).toBeGreaterThan(2);
    await shuttle.down();
  }, 120_000);

  test('--compress and --passes: bytes on the wire', async () => {
    const shuttle = await open('pressed');
    shuttle.fill('seq 1 5000000 | head -c 32M > text');
    const sent = async (...args: string[]) => {
      const begin = bytesOver(shuttle.from.name);
      const link = shuttle.from.name;
      const output = await shuttle.move(...args);
      return { output, bytes: bytesOver(link) - begin };
    };
    await shuttle.move();
    const none = await sent('--compress', 'none', '--passes', '3');
    expect(none.output).toContain('in 3 passes');
    expect(none.bytes).toBeGreaterThan(32 * MiB);
    const always = await sent('--compress', 'always');
    expect(always.bytes).toBeLessThan(16 * MiB);
    // By itself where the way is slow.
    shuttle.to.shape('40mbit');
    try {
      const auto = await sent();
      expect(auto.bytes).toBeLessThan(26 * MiB);
      const show = (bytes: number) => (bytes / MiB).toFixed(1);
      console.log(
        `32 MiB of text on the wire: none ${show(none.bytes)}, always ${show(always.bytes)}, auto at 40 Mbit/s ${show(auto.bytes)} MiB`,
      );
    } finally {
      for (const host of [one, two]) host.shape(undefined);
    }
    await shuttle.down();
  }, 180_000);

  test('--verify: facts only, contents as sent, or everything read again', async () => {
    const shuttle = await open('proved');
    shuttle.fill(random(16));
    const read = async (verify: string) => {
      const { from, to } = shuttle;
      const found: { source: number; target: number }[] = [];
      const words = ['--verify', verify, '--compress', 'none', '--data', 'direct'];
      const ended = await shuttle.runHeld(words, 'Done', () => {
        found.push({ source: readByHelpers(from) / MiB, target: readByHelpers(to) / MiB });
      });
      expect(ended.code, ended.output).toBe(0);
      return found[0]!;
    };
    // Each has read the file, or the connection, at least once.
    const meta = await read('meta');
    const changed = await read('changed');
    const full = await read('full');
    console.log(`read for --verify meta, changed, full, in MiB: ${JSON.stringify([meta, changed, full])}`);
    expect([meta.target, changed.target, full.target].map((n) => Math.floor(n / 16))).toEqual([1, 2, 3]);
    expect([meta.source, changed.source, full.source].map((n) => Math.floor(n / 16))).toEqual([1, 1, 2]);
    await shuttle.down();
  }, 120_000);

  test('what differs on the target keeps it from starting, and the source serves on', async () => {
    const shuttle = await open('rotten');
    shuttle.fill(`${random(2)}; echo whole > small`);
    const { from, to } = shuttle;
    const { code, output } = await shuttle.runHeld([], 'Working', () =>
      Shuttle.spoil(`${shuttle.folder(to)}/small`),
    );
    expect([code, output]).toEqual([4, expect.stringContaining('differs')]);
    expect((await containersOn(from, 'rotten')).map(({ running }) => running)).toEqual([true]);
    expect(await containersOn(to, 'rotten')).toEqual([]);
    await shuttle.down();
  }, 120_000);

  test('--max-downtime and --on-exceed: what changes too fast is not stopped, unless that was said', async () => {
    const shuttle = await open('restless');
    const write = 'while :; do dd if=/dev/urandom of=/data/x bs=1M count=12 conv=notrunc 2>/dev/null; done';
    await shuttle.group.must(shuttle.from.local, 'exec', '-d', 'box', 'sh', '-c', write);
    const [before] = await containersOn(shuttle.from, 'restless');
    const started = async () => (await call(shuttle.from, 'GET', `/containers/${before!.id}/json`)).text;
    const since = /"StartedAt":"[^"]*"/.exec(await started())?.[0];
    const args = ['--bwlimit', '4M', '--max-downtime', '300ms'];
    const { code, output } = await shuttle.run(args);
    expect([code, output]).toEqual([4, expect.stringContaining('--on-exceed go')]);
    expect(/"StartedAt":"[^"]*"/.exec(await started())?.[0]).toBe(since);
    const gone = await shuttle.move(...args, '--on-exceed', 'go');
    expect(gone).toContain('changes faster than it moves');
    await shuttle.down();
  }, 180_000);
});
