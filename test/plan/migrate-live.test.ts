import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planMigrate } from '../../src/plan/migrate.ts';
import { planMoveBack } from '../../src/plan/migrate-back.ts';
import type { SyncChoices } from '../../src/plan/operations.ts';
import { planUp } from '../../src/plan/up.ts';
import { plainMaterials, project as projectOf, upIntent } from '../support/builders.ts';
import { simulateOn } from '../support/simulate.ts';
import { anyProject } from './generate.ts';
import { twoEngines } from './two-engines.ts';

const seed = Number(process.env['PLAN_SEED'] ?? Date.now() % 2 ** 31);
const runs = { numRuns: Number(process.env['PLAN_RUNS'] ?? 150), seed };
console.log(`live migration properties: PLAN_SEED=${seed}`);

const how: SyncChoices = {
  ...{ id: 'abc', maxDowntimeMs: 5000, onExceed: 'abort', verify: 'changed', compress: 'auto', data: 'auto' },
};
const wish = { command: 'migrate', services: [], id: 'abc', how } as const;

test('in whatever order it runs: the group is on the target, the source is stopped and marked', () => {
  fc.assert(
    fc.property(anyProject, fc.infiniteStream(fc.nat()), (project, order) => {
      const { source, target } = twoEngines(project);
      const plan = planMigrate(project, source, target, wish, plainMaterials);
      expect(plan.refusals).toEqual([]);
      const pick = (count: number) => Number(order.next().value) % count;
      const [left, moved] = simulateOn(plan, [source, target], pick);
      expect(left!.containers.map((c) => c.name)).toEqual(source.containers.map((c) => c.name));
      expect(left!.containers.filter((c) => c.state === 'running')).toEqual([]);
      if (source.containers.length > 0)
        expect(left!.volumes.map((v) => v.name)).toContain('tscompose-moved-abc');
      const again = planUp(project, moved!, upIntent(), plainMaterials);
      expect(again.nodes.map((n) => n.operation)).toEqual([]);
    }),
    runs,
  );
});

test('never two writers: starts come after the proof, the proof after the last pass, that after all stops, those after the restart policies', () => {
  fc.assert(
    fc.property(anyProject, (project) => {
      const { source, target } = twoEngines(project);
      const { nodes } = planMigrate(project, source, target, wish, plainMaterials);
      const before = new Map<number, Set<number>>();
      for (const { id, after } of nodes) {
        before.set(id, new Set(after.flatMap((one) => [one, ...(before.get(one) ?? [])])));
      }
      const all = (kind: string, engine: string) =>
        nodes.filter((n) => n.operation.kind === kind && n.engine === engine).map((n) => n.id);
      const comes = (one: readonly number[], two: readonly number[]) => {
        for (const late of one) for (const early of two) expect(before.get(late)).toContain(early);
      };
      const stops = all('stop-container', 'source');
      const syncs = nodes.filter((n) => n.operation.kind === 'sync-volumes');
      const final = syncs.filter((n) => n.operation.kind === 'sync-volumes' && n.operation.phase === 'final');
      const live = syncs.filter((n) => n.operation.kind === 'sync-volumes' && n.operation.phase === 'live');
      comes(
        live.map((n) => n.id),
        all('create-container', 'target'),
      );
      comes(
        stops,
        live.map((n) => n.id),
      );
      comes(stops, all('update-container', 'source'));
      comes(
        final.map((n) => n.id),
        stops,
      );
      comes(
        all('prove-volumes', 'target'),
        final.map((n) => n.id),
      );
      comes(all('start-container', 'target'), [...stops, ...all('prove-volumes', 'target')]);
    }),
    runs,
  );
});

test('wherever a move stops, the way back leads to the source as it was and an empty target', () => {
  fc.assert(
    fc.property(anyProject, fc.double({ min: 0, max: 1, noNaN: true }), (project, share) => {
      const { source, target } = twoEngines(project);
      const plan = planMigrate(project, source, target, wish, plainMaterials);
      const nodes = plan.nodes.slice(0, Math.floor(plan.nodes.length * share));
      const failed = simulateOn({ ...plan, nodes }, [source, target]);
      const containers = source.containers.map(({ id, name, service, state }) => ({
        ...{ id, name, service, restart: 'always', running: state === 'running' },
      }));
      const move = { id: 'abc', project: project.name, containers };
      const back = planMoveBack(move, failed[0]!, failed[1]!);
      const [home, left] = simulateOn(back, failed);
      const running = (world: typeof source) =>
        world.containers.filter((c) => c.state === 'running').map((c) => c.name);
      expect(running(home!)).toEqual(running(source));
      expect([left!.containers, left!.volumes, left!.networks.map((n) => n.name)]).toEqual([[], [], []]);
    }),
    runs,
  );
});

test('a move that was interrupted goes on from where it was', () => {
  fc.assert(
    fc.property(anyProject, fc.double({ min: 0, max: 1, noNaN: true }), (project, share) => {
      const { source, target } = twoEngines(project);
      const plan = planMigrate(project, source, target, wish, plainMaterials);
      const nodes = plan.nodes.slice(0, Math.floor(plan.nodes.length * share));
      const proved = nodes.some((n) => n.operation.kind === 'start-container');
      const [here, there] = simulateOn({ ...plan, nodes }, [source, target]);
      const rest = planMigrate(
        project,
        here!,
        { ...there!, others: [] },
        { ...wish, resume: { proved } },
        plainMaterials,
      );
      expect(rest.refusals).toEqual([]);
      const [left, moved] = simulateOn(rest, [here!, there!]);
      expect(left!.containers.filter((c) => c.state === 'running')).toEqual([]);
      const wanted = simulateOn(plan, [source, target])[1]!;
      const outline = (world: typeof source) => world.containers.map((c) => [c.name, c.state]).sort();
      expect(outline(moved!)).toEqual(outline(wanted));
    }),
    runs,
  );
});

test('on the way back, services wait as their labels say, and start even if what they wait for is not met', () => {
  const project = projectOf({
    db: { image: 'x', healthcheck: { test: ['CMD', 'true'] } },
    web: { image: 'y', depends_on: { db: { condition: 'service_healthy', required: true } } },
  });
  const { source, target } = twoEngines(project);
  const plan = planMigrate(project, source, target, wish, plainMaterials);
  const [here, there] = simulateOn(plan, [source, target]);
  const containers = source.containers.map(({ id, name, service }) => ({
    ...{ id, name, service, restart: 'always', running: true },
  }));
  const back = planMoveBack({ id: 'abc', project: 'p', containers }, here!, there!);
  const at = (kind: string, name: string) =>
    back.nodes.find(({ operation }) => operation.kind === kind && JSON.stringify(operation).includes(name));
  const wait = at('wait-container', 'p-db-1');
  expect(wait).toMatchObject({
    optional: true,
    after: expect.arrayContaining([at('start-container', 'p-db-1')!.id]),
  });
  expect(at('start-container', 'p-web-1')!.after).toContain(wait!.id);
});
