import { expect, test } from 'vitest';
import { planDown } from '../../src/plan/down.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { planUp } from '../../src/plan/up.ts';
import { emptyEngine, plainMaterials, project, upIntent, volume } from '../support/builders.ts';
import { simulate } from '../support/simulate.ts';

function kinds(plan: Plan): string[] {
  return plan.nodes.map((n) => `${n.id} [${n.after}] ${n.subject.name} ${n.operation.kind} (${n.because})`);
}

const shop = project(
  {
    db: {
      image: 'pg',
      volumes: [{ type: 'volume', source: 'data', target: '/d' }],
      healthcheck: { test: ['x'] },
    },
    web: {
      image: 'web',
      depends_on: { db: { condition: 'service_healthy', restart: true, required: true } },
    },
    side: { image: 'side', network_mode: 'service:web' },
  },
  { volumes: { data: volume('p_data') } },
);

test('the first up makes everything, the second finds nothing to do, down takes it away', () => {
  const first = planUp(shop, emptyEngine(shop), upIntent(), plainMaterials);
  expect(kinds(first)).toMatchInlineSnapshot(`
    [
      "1 [] default create-network (not found)",
      "2 [] data create-volume (not found)",
      "3 [1,2] db create-container (not found)",
      "4 [3] db start-container (created)",
      "5 [1] web create-container (not found)",
      "6 [4] db wait-container (others wait until it is healthy)",
      "7 [5,6] web start-container (created)",
      "8 [5] side create-container (not found)",
      "9 [7,8] side start-container (created)",
    ]
  `);
  const running = simulate(first, emptyEngine(shop));
  expect(planUp(shop, running, upIntent(), plainMaterials).nodes).toEqual([]);
  const down = planDown(shop, running, { command: 'down', services: [], volumes: true });
  expect(kinds(down)).toMatchInlineSnapshot(`
    [
      "1 [] side stop-container (down)",
      "2 [1] web stop-container (down)",
      "3 [2] db stop-container (down)",
      "4 [1,2,3] data snapshot-volumes (down --volumes)",
      "5 [1,4] side remove-container (down)",
      "6 [2,4,5] web remove-container (down)",
      "7 [3,4,6] db remove-container (down)",
      "8 [5,6,7] default remove-network (down)",
      "9 [4,5,6,7] data remove-volume (down --volumes)",
    ]
  `);
  const after = simulate(down, running);
  const volumes = after.volumes.filter((v) => !v.name.startsWith('tscompose-snapshot-'));
  expect([after.containers, after.networks, volumes]).toEqual([[], [], []]);
});

test('a changed service is made anew, with those that share its namespace and those that asked for it', () => {
  const running = simulate(planUp(shop, emptyEngine(shop), upIntent(), plainMaterials), emptyEngine(shop));
  const changed = { ...shop, services: { ...shop.services, db: { ...shop.services['db']!, user: 'x' } } };
  const plan = planUp(changed, running, upIntent(), plainMaterials);
  expect(kinds(plan)).toMatchInlineSnapshot(`
    [
      "1 [] db create-container (configuration changed)",
      "2 [] side stop-container (what it depends on is made anew)",
      "3 [2] web stop-container (what it depends on is made anew)",
      "4 [1,3] db stop-container (configuration changed)",
      "5 [1,4] db remove-container (configuration changed)",
      "6 [1,5] db rename-container (configuration changed)",
      "7 [6] db start-container (created)",
      "8 [7] db wait-container (others wait until it is healthy)",
      "9 [3,8] web start-container (stopped by this plan)",
      "10 [2,9] side start-container (stopped by this plan)",
    ]
  `);
  const after = simulate(plan, running);
  expect(planUp(changed, after, upIntent(), plainMaterials).nodes).toEqual([]);
});
