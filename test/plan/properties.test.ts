import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Project } from '../../src/model/project.ts';
import type { Observed } from '../../src/observe/observed.ts';
import { planDown } from '../../src/plan/down.ts';
import { formatPlan } from '../../src/plan/format.ts';
import { parsePlan, planJson } from '../../src/plan/json.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { standardMaterials } from '../../src/plan/standard.ts';
import { planUp } from '../../src/plan/up.ts';
import { emptyEngine, plainMaterials, upIntent } from '../support/builders.ts';
import { simulate } from '../support/simulate.ts';
import { anyEngine, anyIntent, anyProject } from './generate.ts';

const seed = Number(process.env['PLAN_SEED'] ?? Date.now() % 2 ** 31);
const runs = { numRuns: Number(process.env['PLAN_RUNS'] ?? 1200), seed };
vi.setConfig({ testTimeout: 120_000 });
console.log(`planner properties: PLAN_SEED=${seed}`);

/** What matters of a world: not ids, which depend on the order of creation. */
function shape(world: Observed): unknown {
  // Which id a container gets follows from the order.
  const named = (text: string) =>
    world.containers.reduce((found, { id, name }) => found.replaceAll(id, name), text);
  return {
    containers: world.containers
      .map((c) => [
        c.name,
        c.state,
        c.image,
        named(c.labels['com.docker.compose.config-hash'] ?? ''),
        Object.keys(c.networks).sort(),
      ])
      .sort(),
    networks: world.networks.map((n) => [n.name, n.labels]).sort(),
    volumes: world.volumes.map((v) => v.name).sort(),
  };
}

/** A choice among ready nodes that follows from a seed. */
function shuffled(from: number): (count: number) => number {
  let state = from + 1;
  return (count) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % count;
  };
}

/** True if a container that stays as an orphan lives in the network of another one. */
function orphansShare(project: Project, observed: Observed): boolean {
  return observed.containers.some(
    (c) => !(c.service in project.services) && c.networkMode.startsWith('container:'),
  );
}

function orderly(plan: Plan): boolean {
  return plan.nodes.every((node, i) => node.id === i + 1 && node.after.every((a) => a < node.id));
}

test('an applied plan leaves nothing to do, in whatever order it ran', () => {
  fc.assert(
    fc.property(anyProject, anyEngine, anyIntent, fc.nat(), (project, observed, wish, order) => {
      const intent = upIntent(wish);
      fc.pre(wish.removeOrphans === true || !orphansShare(project, observed));
      const plan = planUp(project, observed, intent, plainMaterials);
      // The one thing that an atomic up refuses by design: see rollback.test.ts.
      fc.pre(!plan.refusals.some(({ code }) => code === 'not-undoable'));
      expect(plan.refusals).toEqual([]);
      expect(orderly(plan)).toBe(true);
      const after = simulate(plan, observed);
      const again = planUp(project, after, intent, plainMaterials);
      expect(again.nodes.map((n) => [n.operation.kind, n.subject, n.because])).toEqual([]);
      expect(shape(simulate(plan, observed, shuffled(order)))).toEqual(shape(after));
    }),
    runs,
  );
});

test('the same holds for real bodies and hashes', () => {
  fc.assert(
    fc.property(anyProject, anyProject, anyIntent, fc.nat(), (earlier, project, wish, order) => {
      const materialsOf = (of: Project) =>
        standardMaterials({ project: of, facts: emptyEngine(of).facts, toolVersion: '1' });
      const images = { x: { id: 'sha256:pulled-x' }, y: { id: 'sha256:pulled-y' } };
      const empty = { ...emptyEngine(earlier), images };
      const before = simulate(planUp(earlier, empty, upIntent(), materialsOf(earlier)), empty);
      fc.pre(wish.removeOrphans === true || !orphansShare(project, before));
      const intent = upIntent(wish);
      const plan = planUp(project, before, intent, materialsOf(project));
      const after = simulate(plan, before, shuffled(order));
      expect(planUp(project, after, intent, materialsOf(project)).nodes).toEqual([]);
    }),
    { ...runs, numRuns: Math.ceil(runs.numRuns / 6) },
  );
});

test('the same input gives the same text, and a plan survives its JSON form', () => {
  fc.assert(
    fc.property(anyProject, anyEngine, (project, observed) => {
      const plan = planUp(project, observed, upIntent(), plainMaterials);
      const twin = planUp(structuredClone(project), structuredClone(observed), upIntent(), plainMaterials);
      expect(formatPlan(plan, { color: false })).toBe(formatPlan(twin, { color: false }));
      expect(parsePlan(planJson(plan))).toEqual(JSON.parse(JSON.stringify(plan)));
    }),
    { ...runs, numRuns: Math.ceil(runs.numRuns / 4) },
  );
});

test('down takes all away that up made, in whatever order it ran', () => {
  fc.assert(
    fc.property(anyProject, anyEngine, fc.nat(), (project, observed, order) => {
      const up = planUp(
        project,
        observed,
        upIntent({ recreateVolumes: true, removeOrphans: true }),
        plainMaterials,
      );
      const running = simulate(up, observed);
      const wish = { command: 'down', services: [], volumes: true, removeOrphans: true } as const;
      for (const target of [project, { name: project.name }]) {
        const after = simulate(planDown(target, running, wish), running, shuffled(order));
        expect([after.containers, after.networks]).toEqual([[], []]);
      }
    }),
    { ...runs, numRuns: runs.numRuns / 2 },
  );
});

test('a service is started after what it depends on', () => {
  fc.assert(
    fc.property(anyProject, anyEngine, (project, observed) => {
      const plan = planUp(project, observed, upIntent({ recreateVolumes: true }), plainMaterials);
      const starts = (name: string) =>
        plan.nodes.filter(
          ({ subject, operation }) =>
            // A forwarder depends on nothing, and nothing on it.
            subject.name === name && subject.replica !== undefined && operation.kind === 'start-container',
        );
      for (const [name, service] of Object.entries(project.services)) {
        for (const dependency of Object.keys(service.depends_on ?? {})) {
          for (const later of starts(name)) {
            for (const earlier of starts(dependency)) expect(ancestors(plan, later.id)).toContain(earlier.id);
          }
        }
      }
    }),
    { ...runs, numRuns: runs.numRuns / 2 },
  );
});

function ancestors(plan: Plan, id: number): Set<number> {
  const found = new Set<number>();
  const visit = (of: number): void => {
    const { after, whenEnded = [] } = plan.nodes[of - 1]!;
    for (const before of [...after, ...whenEnded]) {
      if (found.has(before)) continue;
      found.add(before);
      visit(before);
    }
  };
  visit(id);
  return found;
}
