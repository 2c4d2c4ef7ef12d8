import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Observed } from '../../src/observe/observed.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { planRollback } from '../../src/plan/rollback.ts';
import { planUp } from '../../src/plan/up.ts';
import { emptyEngine, plainMaterials, project, upIntent } from '../support/builders.ts';
import { simulate } from '../support/simulate.ts';
import { anyEngine, anyProject } from './generate.ts';

const seed = Number(process.env['PLAN_SEED'] ?? Date.now() % 2 ** 31);
const runs = { numRuns: Number(process.env['PLAN_RUNS'] ?? 400), seed };
console.log(`rollback properties: PLAN_SEED=${seed}`);

/** What runs, what there is, and how it is connected. */
function picture(world: Observed): unknown {
  const now = (state: string) => (['running', 'paused'].includes(state) ? state : 'not running');
  return {
    containers: world.containers
      .map((c) => [c.id, c.name, now(c.state), Object.keys(c.networks).sort()])
      .sort(),
    networks: world.networks.map((n) => [n.name, n.labels, n.options]).sort(),
    volumes: world.volumes.map((v) => v.name).sort(),
  };
}

/** The first `count` steps as done, with the ids of what they made. */
function doneOf(plan: Plan, count: number, after: Observed) {
  return plan.nodes.slice(0, count).map(({ id: node, operation }) => {
    const made =
      operation.kind === 'create-container'
        ? after.containers.find((c) => c.name === operation.name)
        : operation.kind === 'create-network'
          ? after.networks.find((n) => n.name === operation.body.Name)
          : undefined;
    return { node, ...(made !== undefined && { id: made.id }) };
  });
}

test('wherever an atomic up fails, the way back leads to what ran before', () => {
  fc.assert(
    fc.property(
      anyProject,
      anyEngine,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (wanted, before, share) => {
        const intent = upIntent({ atomic: true, wait: true, removeOrphans: true, recreateVolumes: true });
        const plan = planUp(wanted, before, intent, plainMaterials);
        fc.pre(plan.refusals.length === 0);
        const count = Math.floor(((plan.settledFrom ?? 1) - 1) * share);
        const failed = simulate({ ...plan, nodes: plan.nodes.slice(0, count) }, before);
        const back = planRollback(plan, doneOf(plan, count, failed));
        expect(back.warnings).toEqual([]);
        expect(picture(simulate(back, failed))).toEqual(picture(before));
      },
    ),
    runs,
  );
});

test('what others depend on runs again first', () => {
  const of = (user: string) =>
    project({
      web: { image: 'x', user, depends_on: { db: { condition: 'service_started', required: true } } },
      db: { image: 'x', user },
    });
  const empty = emptyEngine(of('1'));
  const before = simulate(planUp(of('1'), empty, upIntent(), plainMaterials), empty);
  const plan = planUp(of('2'), before, upIntent({ atomic: true }), plainMaterials);
  const count = plan.settledFrom! - 1;
  const failed = simulate({ ...plan, nodes: plan.nodes.slice(0, count) }, before);
  const back = planRollback(plan, doneOf(plan, count, failed));
  const start = (name: string) =>
    back.nodes.find((n) => n.operation.kind === 'start-container' && n.subject.name === name)!;
  expect(start('web').after).toContain(start('db').id);
});

test('an atomic up refuses what can not be undone', () => {
  const wanted = project(
    { db: { image: 'x', volumes: [{ type: 'volume', source: 'data', target: '/d' }] } },
    { volumes: { data: { name: 'p_data', driver_opts: { o: 'size=2' } } } },
  );
  const empty = emptyEngine(wanted);
  const earlier = { ...wanted, volumes: { data: { name: 'p_data' } } };
  const before = simulate(planUp(earlier, empty, upIntent(), plainMaterials), empty);
  const intent = upIntent({ atomic: true, recreateVolumes: true });
  expect(planUp(wanted, before, intent, plainMaterials).refusals).toMatchObject([
    { code: 'not-undoable', exit: 3 },
  ]);
});
