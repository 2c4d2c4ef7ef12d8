import { describe, expect, test } from 'vitest';
import type { Project } from '../../src/model/project.ts';
import type { Observed } from '../../src/observe/observed.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { planTakeBack, undoReplacement } from '../../src/plan/rolling/undo.ts';
import { planUp } from '../../src/plan/up.ts';
import { emptyEngine, plainMaterials, project, upIntent } from '../support/builders.ts';
import { simulate } from '../support/simulate.ts';

const web = (version: string, order: string, published: boolean): Project =>
  project({
    web: {
      ...{ image: 'web', scale: 2, environment: { V: version } },
      deploy: { resources: {}, placement: {}, update_config: { order, failure_action: 'rollback' } },
      ...(published && {
        ports: [{ target: 80, published: '8080', protocol: 'tcp' }],
        'x-tscompose': { forwarder: true },
      }),
    },
  });

/** Names, states and ids of all containers. */
const shape = ({ containers }: Observed) =>
  containers.map(({ id, name, state }) => `${name} ${state} ${id}`).sort();

/** What the containers that nodes have made are called in the world after them. */
const madeIn = (plan: Plan, { containers }: Observed) =>
  new Map(
    plan.nodes.flatMap(({ id, operation }) => {
      const name = operation.kind === 'create-container' ? operation.name : undefined;
      const made = containers.find((one) => one.name === name);
      return made === undefined ? [] : [[id, made.id] as const];
    }),
  );

describe.each(['start-first', 'stop-first'])('%s', (order) => {
  describe.each([false, true])('behind a forwarder: %s', (published) => {
    const before = web('1', order, published);
    const empty = emptyEngine(before);
    const running = simulate(planUp(before, empty, upIntent(), plainMaterials), empty);
    const plan = planUp(web('2', order, published), running, upIntent(), plainMaterials);
    const roll = plan.rolls![0]!;

    test('wherever a replacement fails, its undoing leads to what was there', () => {
      const [first] = roll.replacements;
      expect(first!.steps.length).toBeGreaterThan(3);
      for (let done = 0; done < first!.steps.length; done++) {
        const nodes = plan.nodes.slice(0, done === 0 ? 0 : first!.steps[done - 1]);
        const half = simulate({ ...plan, nodes }, running);
        const finished = new Set(nodes.map(({ id }) => id));
        const undone = undoReplacement(plan, first!, finished, madeIn(plan, half));
        const after = simulate({ ...plan, nodes: undone }, half);
        expect(shape(after), `after ${done} steps`).toEqual(shape(running));
      }
    });

    test('when all are replaced, the rollback brings the same containers back', () => {
      const last = plan.nodes.find(
        ({ operation }) => operation.kind === 'pass-gate' && operation.replaced === 2,
      );
      const updated = simulate({ ...plan, nodes: plan.nodes.slice(0, last!.id) }, running);
      expect(shape(updated)).not.toEqual(shape(running));
      const back = planTakeBack(plan, roll, roll.replacements, madeIn(plan, updated));
      expect(shape(simulate(back, updated))).toEqual(shape(running));
    });
  });
});
