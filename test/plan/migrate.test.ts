import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Observed } from '../../src/observe/observed.ts';
import { planMigrate } from '../../src/plan/migrate.ts';
import { planRollback } from '../../src/plan/rollback.ts';
import { planUp } from '../../src/plan/up.ts';
import { plainMaterials, upIntent } from '../support/builders.ts';
import { simulateOn } from '../support/simulate.ts';
import { anyProject } from './generate.ts';
import { twoEngines } from './two-engines.ts';

const seed = Number(process.env['PLAN_SEED'] ?? Date.now() % 2 ** 31);
const runs = { numRuns: Number(process.env['PLAN_RUNS'] ?? 200), seed };
console.log(`migration properties: PLAN_SEED=${seed}`);

const wish = { command: 'migrate', services: [] } as const;

const outline = (world: Observed) => [
  world.containers.map((c) => [c.name, c.state]).sort(),
  world.volumes.map((v) => v.name).sort(),
  world.networks.map((n) => n.name).sort(),
];

test('a move ends with the group on the target, and the source stopped with all it had', () => {
  fc.assert(
    fc.property(anyProject, (project) => {
      const { source, target } = twoEngines(project);
      const plan = planMigrate(project, source, target, wish, plainMaterials);
      expect(plan.refusals).toEqual([]);
      const [left, moved] = simulateOn(plan, [source, target]);
      expect(left!.containers.map((c) => c.name)).toEqual(source.containers.map((c) => c.name));
      expect(left!.containers.filter((c) => c.state === 'running')).toEqual([]);
      expect(left!.volumes).toEqual(source.volumes);
      expect(planUp(project, moved!, upIntent(), plainMaterials).nodes).toEqual([]);
    }),
    runs,
  );
});

test('no container starts on the target before all volumes are verified and the source has stopped', () => {
  fc.assert(
    fc.property(anyProject, (project) => {
      const { source, target } = twoEngines(project);
      const { nodes } = planMigrate(project, source, target, wish, plainMaterials);
      const before = nodes.filter((n) => ['verify-volume', 'stop-container'].includes(n.operation.kind));
      for (const start of nodes.filter((n) => n.operation.kind === 'start-container')) {
        expect(start.after).toEqual(expect.arrayContaining(before.map((n) => n.id)));
      }
    }),
    runs,
  );
});

test('wherever a move fails, the way back has the source run again and the target empty', () => {
  fc.assert(
    fc.property(anyProject, fc.double({ min: 0, max: 1, noNaN: true }), (project, share) => {
      const { source, target } = twoEngines(project);
      const plan = planMigrate(project, source, target, wish, plainMaterials);
      const nodes = plan.nodes.slice(0, Math.floor(plan.nodes.length * share));
      const failed = simulateOn({ ...plan, nodes }, [source, target]);
      const byName = new Map(failed[1]!.containers.map((c) => [c.name, c.id]));
      const done = nodes.map(({ id, operation }) => {
        const made = operation.kind === 'create-container' ? byName.get(operation.name) : undefined;
        return { node: id, ...(made !== undefined && { id: made }) };
      });
      const networks = new Map(failed[1]!.networks.map((n) => [n.name, n.id]));
      const known = done.map((d) => {
        const operation = plan.nodes[d.node - 1]!.operation;
        const id = operation.kind === 'create-network' ? networks.get(operation.body.Name) : undefined;
        return { ...d, ...(id !== undefined && { id }) };
      });
      const [back, cleaned] = simulateOn(planRollback(plan, known), failed);
      // One-shots that had ended before are not told from others that the move has stopped.
      const running = source.containers.filter((c) => c.state === 'running').map((c) => c.name);
      expect(back!.containers.filter((c) => c.state === 'running').map((c) => c.name)).toEqual(running);
      expect(outline(cleaned!)).toEqual([[], [], []]);
    }),
    runs,
  );
});
