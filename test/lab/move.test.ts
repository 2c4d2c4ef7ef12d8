import { describe, expect, test } from 'vitest';
import { containersOn, everythingOn, Group, watchForTwo } from './group.ts';
import { call, labFolder } from './hosts.ts';
import { lostWrites, writer } from './move.ts';
import { twoHosts } from './two.ts';

describe.skipIf(labFolder === undefined)('moves between hosts', () => {
  const { one, two } = twoHosts('busybox');

  test('over ssh, there and back: no acknowledged write is lost, never two writers, the rest is untouched', async () => {
    const group = new Group('shuttle', { 'compose.yaml': writer });
    await call(two, 'POST', '/volumes/create');
    const foreign = await everythingOn(two);
    await group.must(one.remote, 'up', '-d');
    const watch = watchForTwo([one, two]);
    await new Promise((done) => setTimeout(done, 1000));
    await group.must(one.remote, 'migrate', '--to', two.remote);
    expect(await lostWrites(group, one, two)).toBe(0);
    const left = await containersOn(one, group.name);
    expect(left.map((c) => [c.running, c.restart])).toEqual([
      [false, 'no'],
      [false, 'no'],
    ]);
    // Once more is nothing to do.
    const again = await group.run(one.remote, ['migrate', '--to', two.remote]);
    expect([again.code, again.output]).toEqual([0, expect.stringContaining('already')]);
    // A power cut of the source does not bring it back.
    await one.kill();
    await one.start();
    await new Promise((done) => setTimeout(done, 2000));
    expect((await containersOn(one, group.name)).some((c) => c.running)).toBe(false);
    const id = /ID[^\n]*\n(\w+)/.exec(await group.must(one.remote, 'migrate', 'ls'))![1]!;
    await group.must(one.remote, 'migrate', '--finish', id);
    expect(await containersOn(one, group.name)).toEqual([]);
    await group.must(two.remote, 'migrate', '--to', one.remote, '--remove-source');
    expect((await containersOn(one, group.name)).every((c) => c.running)).toBe(true);
    expect(await everythingOn(two)).toEqual(foreign);
    expect([...(await watch.stop())]).toEqual([]);
    await group.must(one.local, 'down', '-v');
    group.close();
  });

  test('a plan tells all that stands in the way at once, and touches nothing', async () => {
    const group = new Group('blocked', {
      'compose.yaml': `services:
  web:
    image: tscompose-base/busybox
    container_name: taken
    command: sleep 100000
    stop_signal: SIGKILL
    ports: ['18080:80']
    networks: [own]
    volumes: ['data:/data', '/etc/hostname:/etc/name:ro']
networks: { own: { ipam: { config: [{ subnet: 10.77.0.0/24 }] } } }
volumes: { data: }
`,
    });
    const other = new Group('squatter', {
      'compose.yaml': `services:
  it:
    image: tscompose-base/busybox
    container_name: taken
    command: sleep 100000
    stop_signal: SIGKILL
    ports: ['18080:80']
    networks: [own]
networks: { own: { ipam: { config: [{ subnet: 10.77.0.0/16 }] } } }
`,
    });
    await Promise.all([group.must(one.local, 'up', '-d'), other.must(two.local, 'up', '-d')]);
    await call(two, 'POST', '/volumes/create');
    await group.must(two.local, 'volumes').catch(() => '');
    const [here, there] = [await everythingOn(one), await everythingOn(two)];
    const { code, output } = await group.run(one.remote, ['migrate', '--to', two.remote, '--plan']);
    expect(code).toBe(3);
    for (const words of [
      'named taken already',
      'port 18080',
      'subnet 10.77.0.0/24',
      '/etc/hostname of the host',
    ]) {
      expect(output).toContain(words);
    }
    expect([await everythingOn(one), await everythingOn(two)]).toEqual([here, there]);
    await Promise.all([group.must(one.local, 'down', '-v'), other.must(two.local, 'down', '-v')]);
    group.close();
    other.close();
  });

  test('the ports of the source answer from the target while they are forwarded', async () => {
    const group = new Group('forwarded', {
      'compose.yaml': `services:
  web:
    image: tscompose-base/busybox
    command: httpd -f -p 80 -h /data
    ports: ['18081:80']
    stop_signal: SIGKILL
    volumes: ['data:/data']
volumes: { data: }
`,
    });
    await group.must(one.local, 'up', '-d');
    await group.must(one.local, 'exec', '-T', 'web', 'sh', '-c', 'echo hello > /data/index.html');
    await group.must(one.remote, 'migrate', '--to', two.remote, '--forward');
    for (const host of [one, two]) {
      expect(await (await fetch(`http://${host.address}:18081/index.html`)).text()).toBe('hello\n');
    }
    const id = /ID[^\n]*\n(\w+)/.exec(await group.must(one.remote, 'migrate', 'ls'))![1]!;
    await group.must(one.remote, 'migrate', '--finish', id);
    const rest = await everythingOn(one);
    expect(rest.filter((what) => what.startsWith('container /forwarded'))).toEqual([]);
    await group.must(two.local, 'down', '-v');
    group.close();
  });

  test('one ssh process, whatever is done at once', async () => {
    const services = Array.from(
      { length: 12 },
      (_, i) => `  s${i}: { image: tscompose-base/busybox, command: sleep 100000, stop_signal: SIGKILL }`,
    );
    const group = new Group('many', { 'compose.yaml': `services:\n${services.join('\n')}\n` });
    const { execFileSync } = await import('node:child_process');
    let most = 0;
    const timer = setInterval(() => {
      const list = execFileSync('ps', ['-eo', 'args']).toString();
      most = Math.max(most, list.split('\n').filter((line) => line.startsWith('/usr/bin/ssh -F')).length);
    }, 50);
    await group.must(one.remote, 'up', '-d');
    clearInterval(timer);
    expect(most).toBe(1);
    await group.must(one.local, 'down');
    group.close();
  });
});
