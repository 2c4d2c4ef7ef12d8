import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { containersOn, Group } from './group.ts';
import { labFolder } from './hosts.ts';
import { startPodman } from './podman.ts';
import { bytesOver, Shuttle } from './shuttle.ts';
import { listen } from './told.ts';
import { twoHosts } from './two.ts';

/** ssh processes of this lab. */
function sshOf(lab: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words[0] === '/usr/bin/ssh' && words.includes(join(lab, 'ssh', 'config'));
      } catch {
        return false;
      }
    });
}

describe.skipIf(labFolder === undefined)('engines behind ssh', () => {
  const { one, two } = twoHosts('busybox');

  /** The most ssh processes that ran at once meanwhile. */
  async function sshDuring(work: () => Promise<unknown>): Promise<number> {
    let most = 0;
    const timer = setInterval(() => {
      most = Math.max(most, sshOf(labFolder!).length);
    }, 100);
    try {
      await work();
    } finally {
      clearInterval(timer);
    }
    return most;
  }

  test.each([12, 50])(
    'up of %d services over an sshd as it comes: one ssh process',
    async (count) => {
      const services = Array.from(
        { length: count },
        (_, i) => `  s${i}: { image: tscompose-base/busybox, command: sleep 100000, stop_signal: SIGKILL }`,
      );
      const group = new Group(`many${count}`, { 'compose.yaml': `services:\n${services.join('\n')}\n` });
      expect(await sshDuring(() => group.must(one.remote, 'up', '-d'))).toBe(1);
      const running = (await containersOn(one, group.name)).filter((container) => container.running);
      expect(running).toHaveLength(count);
      expect(await sshDuring(() => group.must(one.remote, 'down'))).toBe(1);
      group.close();
    },
    300_000,
  );

  test('names of the user’s ssh configuration will do, also for the way between the hosts', async () => {
    appendFileSync(
      join(labFolder!, 'ssh', 'config'),
      `Host the-first\n  HostName ${one.address}\n  User root\nHost the-second\n  HostName ${two.address}\n  User root\n`,
    );
    const shuttle = new Shuttle('alias', [one, two]);
    await shuttle.group.must('ssh://the-first', 'up', '-d');
    shuttle.fill('dd if=/dev/urandom of=x bs=1M count=16 2>/dev/null; echo hello > index.html');
    // The first move loads the helpers.
    await shuttle.move();
    await shuttle.move();
    const before = bytesOver('br0');
    const { output } = await shuttle.group.run('ssh://the-first', ['migrate', '--to', 'ssh://the-second']);
    expect(output).toContain(`data goes directly to ${two.address}`);
    expect(bytesOver('br0') - before).toBeLessThan(4 << 20);
    expect(await containersOn(two, 'alias')).toMatchObject([{ running: true }]);
    await shuttle.down();
  }, 120_000);

  test('a command outlives a link that breaks for a moment', async () => {
    const group = new Group('patient', {
      'compose.yaml': `services:
  slow:
    image: tscompose-base/busybox
    command: sleep 100000
    stop_signal: SIGKILL
    healthcheck: { test: 'sleep 2', interval: 500ms, start_period: 1s }
  late:
    image: tscompose-base/busybox
    command: sleep 100000
    stop_signal: SIGKILL
    depends_on: { slow: { condition: service_healthy } }
`,
    });
    let broken = false;
    const { code, output } = await listen(group, one.remote, ['up', '-d'], ({ operation, text }) => {
      if (broken || operation !== 'wait-container' || text === '') return;
      broken = true;
      // The connection ends, as when a router forgets it.
      for (const pid of sshOf(labFolder!)) process.kill(pid);
    });
    expect([broken, code], output).toEqual([true, 0]);
    expect((await containersOn(one, 'patient')).map(({ running }) => running)).toEqual([true, true]);
    await group.must(one.local, 'down');
    group.close();
  }, 120_000);

  test('from Docker to Podman over ssh and back: the data is the same', async () => {
    const podman = await startPodman(two);
    const group = new Group('across', {
      'compose.yaml':
        "services: { box: { image: tscompose-base/busybox, command: sleep 100000, stop_signal: SIGKILL, volumes: ['data:/data'] } }\nvolumes: { data: }\n",
    });
    await group.must(one.remote, 'up', '-d');
    const fill =
      'cd /data; seq 1 2000 | while read n; do echo $n > f$n; done; ln f1 hard; ln -s f2 link; chown 5:6 f3; truncate -s 50M holes';
    await group.must(one.local, 'exec', '-T', 'box', 'sh', '-c', fill);
    const digest = (output: string) =>
      /across_data: (2\d{3} entries, .*sha256 [0-9a-f]{16})/.exec(output)?.[1];
    const there = digest(await group.must(one.remote, 'migrate', '--to', podman.remote, '--remove-source'));
    expect(await group.must(podman.remote, 'exec', '-T', 'box', 'cat', '/data/link')).toBe('2\n');
    const back = digest(await group.must(podman.remote, 'migrate', '--to', one.remote, '--remove-source'));
    expect(there).toMatch(/sha256/);
    expect(back).toBe(there);
    console.log(`Docker to Podman and back over ssh: ${there}`);
    await group.must(one.local, 'down', '-v');
    group.close();
  }, 180_000);
});
