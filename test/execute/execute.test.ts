import { describe, expect, test } from 'vitest';
import { FakeEngine, refusal } from '../support/fake-engine.ts';
import { body, PlanWriter, resources, run, shopEngine, shopPlan, shuffler } from './plans.ts';

describe('a plan that goes well', () => {
  test('ends with everything there, exit code 0, and a summary', async () => {
    const fake = shopEngine();
    const { result, events } = await run(shopPlan().plan(), fake);
    expect(result.exitCode).toBe(0);
    expect(result.changed).toBe(true);
    expect(fake.snapshot()).toEqual({
      containers: {
        'shop-api-1': 'running',
        'shop-db-1': 'running',
        'shop-seed-1': 'exited',
        'shop-web-1': 'running',
        'shop-worker-1': 'running',
      },
      networks: ['shop_default'],
      volumes: ['shop_data'],
    });
    expect(events.at(-1)).toMatchObject({ type: 'summary', changed: true, done: 14, failed: 0, skipped: 0 });
  });

  test('tells docker compose’s words', async () => {
    const { lines } = await run(shopPlan().plan(), shopEngine());
    for (const line of [
      'Network shop_default Creating',
      'Network shop_default Created',
      'Volume shop_data Created',
      'Container shop-db-1 Creating',
      'Container shop-db-1 Created',
      'Container shop-db-1 Starting',
      'Container shop-db-1 Started',
      'Container shop-db-1 Waiting',
      'Container shop-db-1 Healthy',
      'Container shop-seed-1 Exited',
    ])
      expect(lines).toContain(line);
  });

  test('fills in ids and the label of the image', async () => {
    const fake = shopEngine();
    await run(shopPlan().plan(), fake);
    const web = fake.container('shop-web-1')!;
    expect(web.body.HostConfig.NetworkMode).toBe(`container:${fake.container('shop-api-1')!.id}`);
    expect(web.body.Labels['com.docker.compose.image']).toBe(fake.images.get('busybox')!.id);
    expect(fake.calls.filter((call) => call.method === 'inspectImage')).toHaveLength(1);
  });

  test.each(Array.from({ length: 25 }, (_, seed) => seed))('in any order: seed %i', async (seed) => {
    const fake = shopEngine();
    const { result } = await run(shopPlan().plan(), fake, {
      order: shuffler(seed),
      parallel: 1 + (seed % 4),
    });
    expect(result.exitCode).toBe(0);
    expect(fake.snapshot().containers['shop-web-1']).toBe('running');
    const started = fake.calls
      .filter((c) => c.method === 'startContainer')
      .map((c) => fake.container(c.target)!.name);
    expect(started.indexOf('shop-db-1')).toBeLessThan(started.indexOf('shop-seed-1'));
    expect(started.indexOf('shop-seed-1')).toBeLessThan(started.indexOf('shop-api-1'));
    expect(started.indexOf('shop-api-1')).toBeLessThan(started.indexOf('shop-web-1'));
  });

  test('runs at once what may run at once, and no more than the limit', async () => {
    const peak = async (parallel: number) => {
      const w = new PlanWriter();
      for (let i = 0; i < 8; i++) w.create(`s${i}`);
      const fake = new FakeEngine();
      let now = 0;
      let most = 0;
      fake.before = async ({ method }) => {
        if (method !== 'createContainer') return;
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 10));
        now--;
      };
      await run(w.plan(), fake, { parallel });
      return most;
    };
    expect(await peak(3)).toBe(3);
    expect(await peak(-1)).toBe(8);
  });

  test('a wait holds no place of the limit', async () => {
    const w = new PlanWriter();
    const db = w.create('db', [], { Healthcheck: { Test: ['CMD', 'probe'] } });
    w.wait(db, 'healthy', [w.start(db)]);
    const other = w.create('other', [db]);
    w.start(other);
    const fake = new FakeEngine();
    fake.behaviours.set('db', { probes: [1] });
    const { result } = await run(w.plan(), fake, {
      parallel: 1,
      emit: (event) => {
        if (event.type !== 'resource' || event.id !== 'Container shop-other-1' || event.text !== 'Started')
          return;
        fake.setHealth('shop-db-1', 'healthy');
      },
    });
    expect(result.exitCode).toBe(0);
  });

  test('says Running for what stays as it is', async () => {
    const unchanged = [{ engine: 'fake', service: 'db', container: 'shop-db-1', state: 'running' }];
    const { lines, result } = await run(new PlanWriter().plan({ unchanged }));
    expect(lines).toEqual(['Container shop-db-1 Running']);
    expect(result.changed).toBe(false);
  });

  test('says Healthy for what is already as --wait asks', async () => {
    const db = {
      engine: 'fake',
      service: 'db',
      container: 'shop-db-1',
      state: 'running',
      awaited: true,
    } as const;
    const { lines } = await run(new PlanWriter().plan({ unchanged: [db] }));
    expect(lines).toEqual(['Container shop-db-1 Running', 'Container shop-db-1 Healthy']);
  });

  test('rm says nothing of what runs', async () => {
    const db = { engine: 'fake', service: 'db', container: 'shop-db-1', state: 'running' };
    const { lines } = await run(new PlanWriter().plan({ command: 'rm', unchanged: [db] }));
    expect(lines).toEqual([]);
  });
});

describe('a replacement', () => {
  test('is told as one', async () => {
    const fake = new FakeEngine();
    const { id } = await fake.createContainer('shop-web-1', body('web'));
    await fake.startContainer(id);
    const old = { id, name: 'shop-web-1' };
    const w = new PlanWriter();
    const beside = `${id.slice(0, 12)}_shop-web-1`;
    const made = w.add({ kind: 'create-container', name: beside, body: body('web'), connect: [], files: [] });
    const stopped = w.add({ kind: 'stop-container', container: old }, [made]);
    const removed = w.add({ kind: 'remove-container', container: old, force: true, volumes: false }, [
      stopped,
    ]);
    const ref = { createdBy: made, name: beside };
    const renamed = w.add({ kind: 'rename-container', container: ref, to: 'shop-web-1' }, [removed]);
    w.add({ kind: 'start-container', container: { createdBy: made, name: 'shop-web-1' } }, [renamed]);
    const { lines } = await run(w.plan(), fake);
    expect(lines).toEqual([
      'Container shop-web-1 Recreate',
      'Container shop-web-1 Recreated',
      'Container shop-web-1 Starting',
      'Container shop-web-1 Started',
    ]);
    expect(fake.snapshot().containers).toEqual({ 'shop-web-1': 'running' });
  });

  test('also when the old container goes first', async () => {
    const fake = new FakeEngine();
    const { id } = await fake.createContainer('shop-web-1', body('web'));
    await fake.startContainer(id);
    const old = { id, name: 'shop-web-1' };
    const w = new PlanWriter();
    const stopped = w.add({ kind: 'stop-container', container: old });
    const removed = w.add({ kind: 'remove-container', container: old, force: true, volumes: false }, [
      stopped,
    ]);
    w.create('web', [removed]);
    const { lines } = await run(w.plan(), fake);
    expect(lines).toEqual(['Container shop-web-1 Recreate', 'Container shop-web-1 Recreated']);
  });
});

describe('a failure', () => {
  const calls: Readonly<Record<string, string>> = {
    'create-network': 'createNetwork',
    'create-volume': 'createVolume',
    'create-container': 'createContainer',
    'start-container': 'startContainer',
  };
  const failing = shopPlan().nodes.filter(({ operation }) => operation.kind in calls);

  test.each(failing.map((node) => [node.id, node.operation.kind] as const))(
    'at node %i (%s) skips what comes after it and lets the rest finish',
    async (id, kind) => {
      const plan = shopPlan().plan();
      const node = plan.nodes[id - 1]!;
      const fake = shopEngine();
      const name = nameOf(node.operation);
      fake.before = ({ method, target }) => {
        if (method !== calls[kind]) return;
        if (target === name || fake.container(target)?.name === name) throw refusal('other', method, 'boom');
      };
      const { result, events } = await run(plan, fake);
      expect(result.exitCode).toBe(1);
      expect(result.failures.map((failure) => failure.node.id)).toEqual([id]);
      const after = new Set([id]);
      for (const other of plan.nodes)
        if (other.after.some((before) => after.has(before))) after.add(other.id);
      for (const { node: other, end } of result.timings) {
        expect([other, end]).toEqual([
          other,
          other === id ? 'failed' : after.has(other) ? 'skipped' : 'done',
        ]);
      }
      expect(resources(events).find((event) => event.status === 'Error')).toMatchObject({
        node: id,
        text: 'Error',
        details: 'Error response from daemon: boom',
      });
    },
  );

  test('of an optional node stops nothing', async () => {
    const w = new PlanWriter();
    const db = w.create('db', [], { Healthcheck: { Test: ['CMD', 'probe'] } });
    const waited = w.wait(db, 'healthy', [w.start(db)], { optional: true });
    const web = w.create('web');
    w.start(web, [waited]);
    const fake = new FakeEngine();
    fake.behaviours.set('db', { probes: [1], exits: { code: 3, after: 20 } });
    const { result, lines } = await run(w.plan(), fake);
    expect(result.exitCode).toBe(0);
    expect(result.failures).toEqual([]);
    expect(lines).toContain('Container shop-db-1 Skipped');
    expect(fake.snapshot().containers['shop-web-1']).toBe('running');
  });

  test('a second run goes on where the first one failed', async () => {
    const fake = shopEngine();
    let broken = true;
    fake.before = ({ method, target }) => {
      if (broken && method === 'startContainer' && fake.container(target)?.name === 'shop-api-1') {
        throw refusal('other', method, 'boom');
      }
    };
    expect((await run(shopPlan().plan(), fake)).result.exitCode).toBe(1);
    broken = false;
    const w = new PlanWriter();
    for (const service of ['api', 'web']) {
      const { id, name } = fake.container(`shop-${service}-1`)!;
      w.add({ kind: 'start-container', container: { id, name } }, service === 'web' ? [1] : []);
    }
    expect((await run(w.plan(), fake)).result.exitCode).toBe(0);
    expect(fake.snapshot().containers['shop-web-1']).toBe('running');
  });

  test('networks in use stay, which is told and no failure', async () => {
    const fake = new FakeEngine();
    const { id: network } = await fake.createNetwork({ Name: 'shop_default', Labels: {} });
    const networking = { NetworkingConfig: { EndpointsConfig: { shop_default: {} } } };
    const { id } = await fake.createContainer('other', body('other', networking));
    await fake.startContainer(id);
    const w = new PlanWriter();
    w.add({ kind: 'remove-network', id: network, name: 'shop_default' }, [], { optional: true });
    w.add({ kind: 'remove-volume', name: 'gone' }, [], { optional: true });
    const { result, lines } = await run(w.plan(), fake);
    expect(result.exitCode).toBe(0);
    expect(lines).toContain('Network shop_default Resource is still in use');
    expect(lines).toContain('Volume gone No resource found to remove');
  });
});

describe('Ctrl-C', () => {
  const count = shopPlan().nodes.length;

  test.each(Array.from({ length: count }, (_, index) => index + 1))(
    'when node %i begins: what runs is finished, nothing else begins',
    async (id) => {
      const stop = new AbortController();
      const fake = shopEngine();
      const { result } = await run(shopPlan().plan(), fake, {
        signal: stop.signal,
        emit: (event) => {
          if (event.type === 'resource' && event.node === id) stop.abort();
        },
      });
      expect(result.exitCode).toBe(130);
      expect(result.interrupted).toBe(true);
      expect(result.failures).toEqual([]);
      const ends = result.timings.map((timing) => timing.end);
      expect(ends.every((end) => end === 'done' || end === 'cancelled')).toBe(true);
      // What the plan says is done is there.
      for (const [node, created] of result.created) {
        if (shopPlan().nodes[node - 1]!.operation.kind === 'create-container') {
          expect(fake.containers.has(created)).toBe(true);
        }
      }
    },
  );

  test('a second one gives up calls under way', async () => {
    const [stop, kill] = [new AbortController(), new AbortController()];
    const fake = new FakeEngine();
    fake.before = async ({ method }) => {
      if (method !== 'createContainer') return;
      stop.abort();
      kill.abort();
      await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
    };
    const w = new PlanWriter();
    w.create('web');
    const { result } = await run(w.plan(), fake, { signal: stop.signal, kill: kill.signal });
    expect(result.exitCode).toBe(130);
  });
});

function nameOf(operation: ReturnType<typeof shopPlan>['nodes'][number]['operation']): string {
  if ('container' in operation) return operation.container.name;
  if (operation.kind === 'create-container') return operation.name;
  return 'body' in operation && 'Name' in operation.body ? operation.body.Name : '';
}
