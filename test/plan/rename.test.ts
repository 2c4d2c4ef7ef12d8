import fc from 'fast-check';
import { expect, test } from 'vitest';
import { label } from '../../src/model/labels.ts';
import type { Project } from '../../src/model/project.ts';
import type { Observed } from '../../src/observe/observed.ts';
import { planMoveBack } from '../../src/plan/migrate-back.ts';
import type { SyncChoices } from '../../src/plan/operations.ts';
import { planRename, type RenameIntent } from '../../src/plan/rename.ts';
import { plainMaterials } from '../support/builders.ts';
import { simulateOn } from '../support/simulate.ts';
import { anyProject } from './generate.ts';
import { twoEngines } from './two-engines.ts';

const seed = Number(process.env['PLAN_SEED'] ?? Date.now() % 2 ** 31);
const runs = { numRuns: Number(process.env['PLAN_RUNS'] ?? 60), seed };
console.log(`rename properties: PLAN_SEED=${seed}`);

const how: SyncChoices = {
  ...{ id: 'abc', maxDowntimeMs: 5000, onExceed: 'go', verify: 'changed', compress: 'none', data: 'relay' },
};
const wish: RenameIntent = { how, start: true };

/** The same files under another name. */
function named(project: Project, name: string): Project {
  const all = <T extends { readonly name: string }>(things: Readonly<Record<string, T>>) =>
    Object.fromEntries(
      Object.entries(things).map(([key, thing]) => [
        key,
        { ...thing, name: thing.name.replace(`${project.name}_`, `${name}_`) },
      ]),
    );
  return { ...project, name, networks: all(project.networks), volumes: all(project.volumes) };
}

/** Both names as if they were two engines, which is what a rename is to its plan. */
function twoNames(old: Project): { project: Project; source: Observed; target: Observed } {
  const { source, target } = twoEngines(old);
  return { project: named(old, 'q'), source, target: { ...target, images: source.images } };
}

const outline = (world: Observed) =>
  world.containers.map((c) => [c.name, c.state, c.mounts.map((m) => m.destination).sort()]).sort();

test('the project runs under its new name with volumes of its own, and the old one is stopped and complete', () => {
  fc.assert(
    fc.property(anyProject, fc.infiniteStream(fc.nat()), (old, order) => {
      const { project, source, target } = twoNames(old);
      fc.pre(source.containers.length > 0);
      const plan = planRename(old, project, source, target, wish, plainMaterials);
      expect(plan.refusals).toEqual([]);
      const pick = (count: number) => Number(order.next().value) % count;
      const [left, made] = simulateOn(plan, [source, target], pick);
      expect(left!.containers.map((c) => c.name)).toEqual(source.containers.map((c) => c.name));
      expect(left!.containers.filter((c) => c.state === 'running')).toEqual([]);
      expect(left!.volumes).toEqual(source.volumes);
      expect(made!.containers.map((c) => c.service).sort()).toEqual(
        source.containers.map((c) => c.service).sort(),
      );
      for (const { labels } of made!.containers) expect(labels[label.project]).toBe('q');
      const copied = plan.nodes.flatMap(({ operation }) =>
        operation.kind === 'prove-volumes' ? operation.pairs : [],
      );
      const known = new Set([
        ...source.volumes.map(({ name }) => name),
        ...source.containers.flatMap(({ mounts }) => mounts.map(({ name }) => name)),
      ]);
      for (const { source: from, target: to } of copied)
        expect([known.has(from), to === from]).toEqual([true, false]);
    }),
    runs,
  );
});

test('wherever a rename stops, the way back leads to the old one as it was', () => {
  fc.assert(
    fc.property(anyProject, fc.double({ min: 0, max: 1, noNaN: true }), (old, share) => {
      const { project, source, target } = twoNames(old);
      const plan = planRename(old, project, source, target, wish, plainMaterials);
      const nodes = plan.nodes.slice(0, Math.floor(plan.nodes.length * share));
      const failed = simulateOn({ ...plan, nodes }, [source, target]);
      const containers = source.containers.map(({ id, name, service, state }) => ({
        ...{ id, name, service, restart: 'always', running: state === 'running' },
      }));
      const back = planMoveBack({ id: 'abc', project: old.name, containers }, failed[0]!, failed[1]!);
      const [home, rest] = simulateOn(back, failed);
      expect(outline(home!)).toEqual(outline(source));
      expect([rest!.containers, rest!.volumes]).toEqual([[], []]);
    }),
    runs,
  );
});

test('a rename that was interrupted goes on from where it was', () => {
  fc.assert(
    fc.property(anyProject, fc.double({ min: 0, max: 1, noNaN: true }), (old, share) => {
      const { project, source, target } = twoNames(old);
      fc.pre(source.containers.length > 0);
      const plan = planRename(old, project, source, target, wish, plainMaterials);
      const nodes = plan.nodes.slice(0, Math.floor(plan.nodes.length * share));
      const proved = nodes.some((n) => n.operation.kind === 'start-container');
      const [here, there] = simulateOn({ ...plan, nodes }, [source, target]);
      const rest = planRename(old, project, here!, there!, { ...wish, resume: { proved } }, plainMaterials);
      expect(rest.refusals).toEqual([]);
      const [left, made] = simulateOn(rest, [here!, there!]);
      expect(left!.containers.filter((c) => c.state === 'running')).toEqual([]);
      expect(outline(made!)).toEqual(outline(simulateOn(plan, [source, target])[1]!));
      // Without what was written down, nobody knows whether the new one has been used since.
      if (there!.containers.length === 0) return;
      expect(planRename(old, project, here!, there!, wish, plainMaterials).refusals).not.toEqual([]);
    }),
    runs,
  );
});
