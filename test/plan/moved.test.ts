import { expect, test } from 'vitest';
import { fingerprintOf } from '../../src/plan/fingerprint.ts';
import { parsePlan, planJson } from '../../src/plan/json.ts';
import { movedSince } from '../../src/plan/moved.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { planUp } from '../../src/plan/up.ts';
import { emptyEngine, plainMaterials, project, upIntent } from '../support/builders.ts';

const web = project({ web: { image: 'web' } });

function planOf(of = web, observed = emptyEngine(of)): Plan {
  const plan = planUp(of, observed, upIntent(), plainMaterials);
  return { ...plan, fingerprint: fingerprintOf(of, observed) };
}

const kept = (plan: Plan) => parsePlan(planJson(plan));

test('a plan that was kept is the one that is made again', () => {
  expect(movedSince(kept(planOf()), planOf())).toBeUndefined();
});

test('a size that has grown is no other plan', () => {
  const withLoss = (bytes: number): Plan => {
    const plan = planOf();
    return { ...plan, nodes: plan.nodes.map((n) => ({ ...n, dataLoss: [{ volume: 'v', bytes }] })) };
  };
  expect(movedSince(kept(withLoss(1)), withLoss(2))).toBeUndefined();
});

test('another image on the engine moves it, even where the steps stay the same', () => {
  const observed = { ...emptyEngine(web), images: { web: { id: 'sha256:new' } } };
  const moved = movedSince(kept(planOf()), planOf(web, observed));
  expect(moved).toMatchObject({ exit: 3, message: expect.stringContaining('has changed since') });
});

test('other steps are named', () => {
  const more = project({ web: { image: 'web' }, db: { image: 'db' } });
  const moved = movedSince(kept(planOf()), planOf(more));
  expect(moved?.message).toMatch(/planned now: .*create p-db-1/);
  expect(movedSince(kept(planOf(more)), planOf())?.message).toMatch(/no longer planned: .*create p-db-1/);
});

test('a body that differs only by its content is another plan', () => {
  const before = planOf();
  const nodes = before.nodes.map((node) =>
    node.operation.kind === 'create-container'
      ? {
          ...node,
          operation: { ...node.operation, body: { ...node.operation.body, Env: ['A=1'] } },
        }
      : node,
  );
  expect(movedSince(kept(before), { ...before, nodes })).toMatchObject({
    exit: 3,
    message: expect.stringContaining('with these options'),
  });
});
