import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openEndpoint, surroundings } from '../../src/engine/connect.ts';
import { canStart, ownEngines, startEngine, startOnDemand, stopEngines } from '../../src/engine/manage.ts';
import { podman } from '../support/engines.ts';

/** Podman without a daemon: its service is started by us, over images of this test's own. */
describe.skipIf(podman === undefined)('an engine of our own', () => {
  let folder: string;
  let world: ReturnType<typeof surroundings>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'own-'));
    const storage = join(folder, 'storage.conf');
    const places = `runroot = "${folder}/run"\ngraphroot = "${folder}/graph"`;
    writeFileSync(storage, `[storage]\ndriver = "vfs"\n${places}\n`);
    const environment = {
      PATH: process.env['PATH'],
      TSCOMPOSE_STATE: join(folder, 'state'),
      CONTAINERS_STORAGE_CONF: storage,
    };
    world = surroundings({ environment, home: folder });
  });
  afterAll(async () => {
    await stopEngines(world);
    rmSync(folder, { recursive: true, force: true });
  });
  const own = () => ownEngines(world).find(({ kind }) => kind === 'podman');

  test('is started once by two commands at the same moment, used, and stopped', async () => {
    expect(canStart(world, 'podman')).toBe(true);
    const [first, second] = await Promise.all([startOnDemand(world), startOnDemand(world)]);
    expect(first.address).toBe(second.address);
    const engine = await openEndpoint(first, world);
    expect(engine.facts.kind).toBe('podman');
    expect(await engine.listContainers({ all: true })).toEqual([]);
    engine.close();
    expect(own()).toMatchObject({ running: true });
    expect(await startEngine(world, 'podman')).toMatchObject({ already: true });
    const pid = own()?.pid ?? 0;
    expect((await stopEngines(world, { kind: 'podman' })).map(({ kind }) => kind)).toEqual(['podman']);
    expect(own()).toMatchObject({ running: false });
    // The parent, this process, hears of the end a moment later.
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), { timeout: 5000 });
  });

  test('stop leaves what it did not start', async () => {
    expect(await stopEngines(world)).toEqual([]);
  });

  test('one that does not start says its last words', async () => {
    const broken = {
      ...world,
      environment: { ...world.environment, CONTAINERS_STORAGE_CONF: join(folder, 'bad.conf') },
    };
    writeFileSync(join(folder, 'bad.conf'), '[storage]\ndriver = "nonexistent"\n');
    await expect(startEngine(broken, 'podman')).rejects.toMatchObject({
      name: 'EngineError',
      message: expect.stringContaining('did not start'),
      hint: expect.stringContaining('log'),
    });
  });
});
