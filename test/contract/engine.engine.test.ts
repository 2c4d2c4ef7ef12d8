import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { tarOf } from '../../src/engine/client/archive.ts';
import { connect } from '../../src/engine/connect.ts';
import type { Engine, EngineEvent } from '../../src/engine/engine.ts';
import type { ContainerBody } from '../../src/model/bodies.ts';
import { docker, podman } from '../support/engines.ts';
import { collect, sleep, text } from './streams.ts';

const label = 'tscompose.contract';
const prefix = `contract${process.pid}-`;
const loop = 'trap "exit 5" TERM; echo ready; while :; do sleep 0.1; done';

const body = (more: Partial<ContainerBody> = {}): ContainerBody => ({
  Image: 'busybox',
  Cmd: ['sh', '-c', loop],
  HostConfig: {},
  ...more,
  Labels: { [label]: prefix, ...more.Labels },
});

/** What every engine has to do alike. */
describe.each([
  ['docker', docker],
  ['podman', podman],
])('%s', (kind, host) => {
  if (host === undefined) {
    test.skip(`no engine: TSCOMPOSE_TEST_${kind.toUpperCase()} is not set`, () => {});
    return;
  }
  let engine: Engine;
  const subnet = kind === 'docker' ? '10.213.7' : '10.213.8';
  const mine = { labels: [`${label}=${prefix}`] };

  const clean = async () => {
    for (const { id } of await engine.listContainers({ ...mine, all: true })) {
      // One that removes itself may be on its way.
      await engine.removeContainer(id, { force: true, volumes: true }).catch(() => {});
    }
    for (const { id } of await engine.listNetworks(mine)) await engine.removeNetwork(id);
    for (const { name } of await engine.listVolumes(mine)) await engine.removeVolume(name);
  };
  const run = async (name: string, more: Partial<ContainerBody> = {}) => {
    const { id } = await engine.createContainer(prefix + name, body(more));
    await engine.startContainer(id);
    return id;
  };

  beforeAll(async () => {
    engine = await connect({ host, environment: {} });
  });
  afterEach(clean);
  afterAll(() => engine.close());

  test('says what it is', async () => {
    expect(engine.facts).toMatchObject({ kind, os: 'linux', address: host });
    const info = await engine.info();
    expect(info.ncpu).toBeGreaterThan(0);
    expect(info.serverVersion).toBe(engine.facts.version);
    expect(info.networkDrivers).toContain('bridge');
  });

  test('a container’s life: created, running, paused, stopped in its own time, removed', async () => {
    const { id } = await engine.createContainer(`${prefix}life`, body());
    const state = async () => (await engine.inspectContainer(id)).state;
    expect((await state()).status).toBe('created');
    await engine.startContainer(id);
    await engine.startContainer(id);
    await engine.pauseContainer(id);
    expect((await engine.listContainers(mine)).map((one) => one.state)).toEqual(['paused']);
    await engine.unpauseContainer(id);
    await engine.renameContainer(id, `${prefix}renamed`);
    await logged(engine, id, 'ready');
    await engine.stopContainer(id);
    await engine.stopContainer(id);
    expect(await state()).toMatchObject({ status: 'exited', running: false, exitCode: 5 });
    expect(await engine.listContainers(mine)).toEqual([]);
    const [row] = await engine.listContainers({ ...mine, all: true });
    expect(row).toMatchObject({ id, name: `${prefix}renamed`, state: 'exited', exitCode: 5 });
    await engine.removeContainer(id, {});
    await expect(engine.inspectContainer(id)).rejects.toMatchObject({ kind: 'not-found' });
  });

  test('a paused container can be stopped and restarted', async () => {
    const id = await run('paused');
    await logged(engine, id, 'ready');
    await engine.pauseContainer(id);
    if (kind === 'docker') await engine.unpauseContainer(id);
    await engine.stopContainer(id, 5);
    expect((await engine.inspectContainer(id)).state.exitCode).toBe(5);
    await engine.restartContainer(id);
    expect((await engine.inspectContainer(id)).state.running).toBe(true);
    await engine.killContainer(id, 'SIGKILL');
    expect(await engine.waitContainer(id, 'not-running')).toBe(137);
  });

  test('refusals have the same kinds', async () => {
    const id = await run('refusals');
    await expect(engine.createContainer(`${prefix}refusals`, body())).rejects.toMatchObject({
      kind: 'conflict',
    });
    await expect(engine.removeContainer(id, {})).rejects.toMatchObject({ kind: 'conflict' });
    await expect(engine.startContainer('nonexistent')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(engine.createContainer('', body({ Image: 'nonexistent:1' }))).rejects.toMatchObject({
      kind: 'not-found',
    });
    await engine.killContainer(id);
    await engine.waitContainer(id, 'not-running');
    await expect(engine.killContainer(id)).rejects.toMatchObject({ kind: 'conflict' });
  });

  test('waiting before the start gets the exit code, also of one that removes itself', async () => {
    const { id } = await engine.createContainer(
      '',
      body({ Cmd: ['sh', '-c', 'exit 7'], HostConfig: { AutoRemove: true } }),
    );
    let ready = () => {};
    const placed = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const code = engine.waitContainer(id, 'next-exit', undefined, ready);
    await placed;
    await engine.startContainer(id);
    expect(await code).toBe(7);
  });

  test('a wait can be given up', async () => {
    const id = await run('waited');
    const controller = new AbortController();
    const wait = engine.waitContainer(id, 'not-running', controller.signal);
    setTimeout(() => controller.abort(new Error('enough')), 50);
    await expect(wait).rejects.toThrow('enough');
  });

  test('events are in Docker’s words, and none is missed', async () => {
    const controller = new AbortController();
    const stream = await engine.events({ types: ['container'], ...mine }, controller.signal);
    const seen: EngineEvent[] = [];
    const reading = (async () => {
      for await (const event of stream) {
        seen.push(event);
        if (event.action === 'destroy') controller.abort();
      }
    })();
    const id = await run('events', { Cmd: ['sh', '-c', 'exit 3'] });
    await engine.waitContainer(id, 'not-running');
    await engine.removeContainer(id, {});
    await reading;
    const actions = seen.filter((event) => event.id === id).map(({ action }) => action);
    expect(actions.filter((one) => ['create', 'start', 'die', 'destroy'].includes(one))).toEqual([
      'create',
      'start',
      'die',
      'destroy',
    ]);
    const die = seen.find(({ action }) => action === 'die');
    expect(die?.attributes).toMatchObject({ name: `${prefix}events`, exitCode: '3', [label]: prefix });
    expect(die?.timeNano).toBeGreaterThan(BigInt(Date.now() - 60_000) * 1_000_000n);
  });

  test('health checks run, and tell their changes', async () => {
    const controller = new AbortController();
    const stream = await engine.events({ types: ['container'], ...mine }, controller.signal);
    const Healthcheck = {
      Test: ['CMD', 'test', '-e', '/tmp/well'],
      Interval: 0.5e9,
      Retries: 1,
      Timeout: 5e9,
    };
    const id = await run('health', { Healthcheck, Cmd: ['sh', '-c', `sleep 1; touch /tmp/well; ${loop}`] });
    const changes: string[] = [];
    for await (const event of stream) {
      if (event.action === 'health_status' && event.id === id) changes.push(event.detail);
      if (changes.at(-1) === 'healthy') controller.abort();
    }
    expect(changes.at(-1)).toBe('healthy');
    expect((await engine.inspectContainer(id)).state.health).toMatchObject({
      status: 'healthy',
      failingStreak: 0,
    });
    const [row] = await engine.listContainers(mine);
    expect(row).toMatchObject({ health: 'healthy', status: expect.stringContaining('(healthy)') });
  });

  test('logs: both streams, tail, following to the end', async () => {
    const id = await run('logs', {
      Cmd: ['sh', '-c', 'for i in 1 2 3; do echo out $i; done; echo err >&2; sleep 0.5; echo last'],
    });
    const chunks = [];
    for await (const chunk of engine.logs(id, { follow: true })) chunks.push(chunk);
    expect(text(chunks, 'stdout')).toBe('out 1\nout 2\nout 3\nlast\n');
    expect(text(chunks, 'stderr')).toBe('err\n');
    const tail = [];
    for await (const chunk of engine.logs(id, { tail: 1, stderr: false })) tail.push(chunk);
    expect(text(tail, 'stdout')).toBe('last\n');
  });

  test('logs of a terminal are not framed, and following can be ended', async () => {
    const id = await run('tty', { Tty: true });
    const controller = new AbortController();
    let seen = '';
    for await (const { data } of engine.logs(id, { follow: true, signal: controller.signal })) {
      seen += Buffer.from(data).toString();
      if (seen.includes('ready')) controller.abort();
    }
    expect(seen).toBe('ready\r\n');
  });

  test('attach: input goes in as it is, and its end is seen', async () => {
    const { id } = await engine.createContainer(
      '',
      body({ Cmd: ['cat'], OpenStdin: true, StdinOnce: true, AttachStdin: true }),
    );
    const attached = await engine.attach(id, { stdin: true, tty: false });
    const output = collect(attached.stdout);
    attached.stderr.resume();
    await engine.startContainer(id);
    attached.stdin?.write('typed\n');
    attached.stdin?.end();
    await attached.ended;
    expect(await output).toBe('typed\n');
    expect(await engine.waitContainer(id, 'not-running')).toBe(0);
  });

  test('exec: streams apart, input, environment, folder, exit code', async () => {
    const id = await run('exec');
    const command = ['sh', '-c', 'cat; echo "$A $(pwd) $(id -u)"; echo problem >&2; exit 3'];
    const exec = await engine.createExec(id, {
      command,
      tty: false,
      stdin: true,
      env: ['A=b'],
      workingDir: '/tmp',
      user: '33',
    });
    const process = await engine.startExec(exec, { tty: false, stdin: true });
    const outputs = Promise.all([collect(process.stdout), collect(process.stderr)]);
    process.stdin?.end('hello\n');
    await process.ended;
    expect(await outputs).toEqual(['hello\nb /tmp 33\n', 'problem\n']);
    expect(await engine.inspectExec(exec)).toMatchObject({ running: false, exitCode: 3 });
  });

  test('exec: much output is neither lost nor mixed up', async () => {
    const id = await run('much');
    const exec = await engine.createExec(id, {
      command: ['sh', '-c', 'head -c 5000000 /dev/zero'],
      tty: false,
      stdin: false,
    });
    const process = await engine.startExec(exec, { tty: false, stdin: false });
    process.stderr.resume();
    await sleep(100);
    let length = 0;
    for await (const chunk of process.stdout) length += chunk.length;
    expect(length).toBe(5_000_000);
  });

  test('exec with a terminal has its size', async () => {
    const id = await run('size');
    const exec = await engine.createExec(id, {
      command: ['sh', '-c', 'read x; stty size'],
      tty: true,
      stdin: true,
    });
    const process = await engine.startExec(exec, { tty: true, stdin: true });
    const output = collect(process.stdout);
    await engine.resizeExec(exec, { rows: 31, columns: 117 });
    process.stdin?.write('go\n');
    await process.ended;
    expect(await output).toContain('31 117');
  });

  test('files keep owner and mode; paths can be looked at and read', async () => {
    const { id } = await engine.createContainer(`${prefix}files`, body({ User: '33:34' }));
    const content = Buffer.from('secret');
    await engine.copyFiles(id, [{ target: '/run/secrets/deep/one', content, mode: 0o440, uid: 70, gid: 71 }]);
    await engine.startContainer(id);
    const exec = await engine.createExec(id, {
      command: ['stat', '-c', '%u:%g %a %s', '/run/secrets/deep/one'],
      tty: false,
      stdin: false,
    });
    const process = await engine.startExec(exec, { tty: false, stdin: false });
    process.stderr.resume();
    expect(await collect(process.stdout)).toBe('70:71 440 6\n');
    expect(await engine.statPath(id, '/run/secrets/deep/one')).toMatchObject({
      size: 6,
      mode: 0o100440,
      isDirectory: false,
    });
    expect(await engine.statPath(id, '/run/secrets')).toMatchObject({ isDirectory: true });
    expect(await engine.statPath(id, '/nonexistent')).toBeUndefined();
    await expect(engine.statPath('nonexistent', '/')).rejects.toMatchObject({ kind: 'not-found' });
    const { stream, stat } = await engine.getArchive(id, '/run/secrets/deep/one');
    expect(stat.name).toBe('one');
    expect(await collect(stream)).toContain('secret');
  });

  test('networks: found by whole names, aliases, addresses, in use, connected later', async () => {
    const Labels = { [label]: prefix };
    const one = await engine.createNetwork({
      Name: `${prefix}one`,
      Labels,
      IPAM: { Config: [{ Subnet: `${subnet}.0/24` }] },
    });
    const two = await engine.createNetwork({ Name: `${prefix}one-more`, Labels });
    await expect(engine.createNetwork({ Name: `${prefix}one`, Labels })).rejects.toMatchObject({
      kind: 'conflict',
    });
    expect((await engine.listNetworks({ names: [`${prefix}one`] })).map(({ id }) => id)).toEqual([one.id]);
    expect(await engine.inspectNetwork(`${prefix}none`)).toBeUndefined();
    const EndpointsConfig = {
      [`${prefix}one`]: { Aliases: ['first'], IPAMConfig: { IPv4Address: `${subnet}.9` } },
      [`${prefix}one-more`]: { Aliases: ['second'] },
    };
    const id = await run('net', {
      HostConfig: { NetworkMode: `${prefix}one` },
      NetworkingConfig: { EndpointsConfig },
    });
    const details = await engine.inspectContainer(id);
    const first = details.networks[`${prefix}one`];
    expect(first).toMatchObject({ ipAddress: `${subnet}.9`, aliases: expect.arrayContaining(['first']) });
    expect([one.id, `${prefix}one`]).toContain(first?.networkId);
    expect(details.networks[`${prefix}one-more`]?.aliases).toContain('second');
    expect((await engine.inspectNetwork(one.id))?.containers).toEqual([id]);
    await expect(engine.removeNetwork(two.id)).rejects.toMatchObject({ kind: 'conflict' });
    await engine.disconnectNetwork(two.id, id, true);
    await engine.removeNetwork(two.id);
    expect(await engine.inspectNetwork(two.id)).toBeUndefined();
  });

  test('volumes: all labels have to match; in use they stay', async () => {
    const make = (name: string, volume: string) =>
      engine.createVolume({ Name: prefix + name, Labels: { [label]: prefix, project: 'p', volume } });
    await make('a', 'a');
    await make('b', 'b');
    const found = await engine.listVolumes({ labels: [...mine.labels, 'project=p', 'volume=a'] });
    expect(found.map(({ name }) => name)).toEqual([`${prefix}a`]);
    const Mounts = [{ Type: 'volume', Source: `${prefix}a`, Target: '/data' }];
    const id = await run('volumes', {
      HostConfig: { Mounts },
      Cmd: ['sh', '-c', `head -c 100000 /dev/zero > /data/x; ${loop}`],
    });
    await logged(engine, id, 'ready');
    await expect(engine.removeVolume(`${prefix}a`)).rejects.toMatchObject({ kind: 'conflict' });
    expect((await engine.inspectContainer(id)).mounts).toEqual([
      expect.objectContaining({ type: 'volume', name: `${prefix}a`, destination: '/data', readWrite: true }),
    ]);
    expect((await engine.volumeSizes()).get(`${prefix}a`)).toBeGreaterThanOrEqual(100_000);
    expect(await engine.inspectVolume(`${prefix}none`)).toBeUndefined();
  });

  test('all published ports are in the list', async () => {
    const ports = [29781, 29782, 29783];
    const PortBindings = Object.fromEntries(
      ports.map((port, i) => [`${90 + i}/tcp`, [{ HostPort: String(port) }]]),
    );
    const ExposedPorts = Object.fromEntries(Object.keys(PortBindings).map((port) => [port, {}]));
    const id = await run('ports', { ExposedPorts, HostConfig: { PortBindings } });
    const [row] = await engine.listContainers(mine);
    const seen = (list: readonly { port: number; hostPort: number | undefined }[] = []) =>
      [...new Set(list.map(({ port, hostPort }) => `${hostPort}->${port}`))].sort();
    expect(seen(row?.ports)).toEqual(['29781->90', '29782->91', '29783->92']);
    expect(seen((await engine.inspectContainer(id)).ports)).toEqual(seen(row?.ports));
  });

  test('a port of a range is picked', async () => {
    const HostConfig = { PortBindings: { '80/tcp': [{ HostPort: '29790-29795' }] } };
    const first = await run('range1', { ExposedPorts: { '80/tcp': {} }, HostConfig });
    const second = await run('range2', { ExposedPorts: { '80/tcp': {} }, HostConfig });
    const port = async (id: string) => (await engine.inspectContainer(id)).ports[0]?.hostPort;
    const got = [await port(first), await port(second)];
    expect(new Set(got).size).toBe(2);
    for (const one of got) expect(one).toSatisfy((value: number) => value >= 29790 && value <= 29795);
  });

  test('use of the machine, processes and changed files', async () => {
    const id = await run('busy', {
      Cmd: ['sh', '-c', 'touch /new; rm /etc/hostname-none 2>/dev/null; echo ready; while :; do :; done'],
    });
    await logged(engine, id, 'ready');
    for await (const sample of engine.statsContainer(id, { stream: false })) {
      expect(sample).toMatchObject({ id, name: `${prefix}busy` });
      expect(sample.cpuPercent).toBeGreaterThan(1);
      expect(sample.memoryUsage).toBeGreaterThan(0);
    }
    let samples = 0;
    for await (const _ of engine.statsContainer(id, { stream: true })) if (++samples === 2) break;
    const { titles, processes } = await engine.topContainer(id);
    expect(titles).toContain('PID');
    expect(processes.length).toBeGreaterThan(0);
    for (const row of processes) expect(row).toHaveLength(titles.length);
    expect(await engine.changesOfContainer(id)).toContainEqual({ path: '/new', kind: 'added' });
  });

  test('images: commit, inspect, tag, save, remove, load', async () => {
    const id = await run('image', { Cmd: ['sh', '-c', `echo kept > /kept; ${loop}`] });
    await logged(engine, id, 'ready');
    const reference = `localhost/${prefix}image:1`;
    const image = await engine.commitContainer(id, { reference, message: 'm', changes: ['LABEL made=here'] });
    expect(image).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await engine.inspectImage(reference)).toMatchObject({
      id: image,
      os: 'linux',
      config: { labels: { made: 'here' } },
    });
    await engine.tagImage(image, `localhost/${prefix}image:2`);
    expect(
      [...((await engine.listImages({ names: [`localhost/${prefix}image`] }))[0]?.repoTags ?? [])].sort(),
    ).toEqual([reference, `localhost/${prefix}image:2`]);
    const archive: Uint8Array[] = [];
    for await (const chunk of await engine.saveImages([reference])) archive.push(chunk);
    await engine.removeImage(`localhost/${prefix}image:2`);
    await engine.removeImage(reference);
    expect(await engine.inspectImage(reference)).toBeUndefined();
    expect(await engine.loadImages(Readable.from(archive))).toEqual([reference]);
    expect((await engine.inspectImage(reference))?.id).toBe(image);
    await engine.removeImage(reference);
  });

  test('builds, and a build that fails', async () => {
    const context = async (dockerfile: string) => {
      const file = { target: '/Dockerfile', content: Buffer.from(dockerfile), mode: 0o644, uid: 0, gid: 0 };
      return Readable.from([await tarOf([file])]);
    };
    const tags = [`localhost/${prefix}built:1`, `localhost/${prefix}built:2`];
    let output = '';
    const id = await engine.buildImage({
      context: await context('FROM busybox\nARG A\nRUN echo "a is $A"\n'),
      dockerfile: 'Dockerfile',
      tags,
      args: { A: 'given', UNSET: null },
      labels: { built: 'yes' },
      on: {
        output: (more) => {
          output += more;
        },
      },
    });
    expect(output).toContain('a is given');
    for (const tag of tags)
      expect(await engine.inspectImage(tag)).toMatchObject({ id, config: { labels: { built: 'yes' } } });
    for (const tag of tags) await engine.removeImage(tag);
    const failing = engine.buildImage({
      context: await context('FROM busybox\nRUN exit 9\n'),
      dockerfile: 'Dockerfile',
      tags: [],
      args: {},
      labels: {},
    });
    await expect(failing).rejects.toMatchObject({
      name: 'EngineError',
      message: expect.stringMatching(/9|exit/),
    });
  });

  test('a pull that fails says so', async () => {
    const pull = engine.pullImage('localhost:1/nonexistent:1', {});
    await expect(pull).rejects.toMatchObject({
      name: 'EngineError',
      message: expect.stringContaining('localhost:1'),
    });
  });

  test('export is the whole file system', async () => {
    const { id } = await engine.createContainer(`${prefix}export`, body());
    let length = 0;
    for await (const chunk of await engine.exportContainer(id)) length += chunk.length;
    expect(length).toBeGreaterThan(1_000_000);
  });
});

/** Waits until a line is in the log. */
async function logged(engine: Engine, id: string, line: string): Promise<void> {
  let seen = '';
  for await (const { data } of engine.logs(id, { follow: true })) {
    seen += Buffer.from(data).toString();
    if (seen.includes(line)) return;
  }
  throw new Error(`the log ended without ${line}`);
}
