import { expect, test } from 'vitest';
import { contentDigest } from '../../src/model/content.ts';
import type { Project } from '../../src/model/project.ts';
import { standardMaterials } from '../../src/plan/standard.ts';
import { planUp } from '../../src/plan/up.ts';
import { emptyEngine, project, upIntent } from '../support/builders.ts';
import { simulate } from '../support/simulate.ts';

function materials(of: Project, files: Record<string, string> = {}) {
  const contents = (path: string) =>
    files[path] === undefined ? undefined : new TextEncoder().encode(files[path]);
  return standardMaterials({ project: of, facts: emptyEngine(of).facts, toolVersion: '1', contents });
}

function reason(
  before: Project,
  after: Project,
  files: readonly Record<string, string>[] = [{}, {}],
): string[] {
  const empty = emptyEngine(before);
  const running = simulate(planUp(before, empty, upIntent(), materials(before, files[0])), empty);
  const plan = planUp(after, running, upIntent(), materials(after, files[1]));
  return [...new Set(plan.nodes.map((node) => node.because))];
}

const withConfig = (object: object) =>
  project(
    { web: { image: 'web', configs: [{ source: 'c', target: '/c' }] } },
    { configs: { c: { name: 'p_c', ...object } }, environment: { V: '1' } },
  );
const changed = 'content of a config, secret or env file changed';

test('changed content of an inline config recreates', () => {
  expect(reason(withConfig({ content: 'a' }), withConfig({ content: 'b' }))).toContain(changed);
  expect(reason(withConfig({ content: 'a' }), withConfig({ content: 'a' }))).toEqual([]);
});

test('a changed variable behind a config recreates', () => {
  const before = withConfig({ environment: 'V' });
  expect(reason(before, { ...before, environment: { V: '2' } })).toContain(changed);
  expect(reason(before, { ...before, environment: { V: '1', W: 'other' } })).toEqual([]);
});

test('a changed file behind a config recreates', () => {
  const one = withConfig({ file: '/p/c.txt' });
  expect(reason(one, one, [{ '/p/c.txt': 'a' }, { '/p/c.txt': 'b' }])).toContain(changed);
  expect(reason(one, one, [{ '/p/c.txt': 'a' }, { '/p/c.txt': 'a' }])).toEqual([]);
});

test('neighbouring contents are told apart, and a service without grants has no digest', () => {
  const two = (a: string, b: string) => ({
    ...project({ web: { image: 'web', configs: [{ source: 'a' }, { source: 'b' }] } }),
    configs: { a: { name: 'a', content: a }, b: { name: 'b', content: b } },
  });
  const none = () => undefined;
  expect(contentDigest(two('ab', 'c'), 'web', none)).not.toBe(contentDigest(two('a', 'bc'), 'web', none));
  expect(contentDigest(project({ web: { image: 'web' } }), 'web', none)).toBeUndefined();
});

test('an image that is only mounted is pulled too', () => {
  const one = project({
    web: { image: 'web', volumes: [{ type: 'image', source: 'assets', target: '/a' }] },
  });
  const modern = { ...emptyEngine(one).facts, apiVersion: '1.51' };
  const made = standardMaterials({ project: one, facts: modern, toolVersion: '1' });
  const { nodes } = planUp(one, { ...emptyEngine(one), facts: modern }, upIntent(), made);
  const pull = nodes.find((n) => n.operation.kind === 'pull-image');
  expect(pull?.subject.name).toBe('assets');
  expect(nodes.find((n) => n.operation.kind === 'create-container')?.after).toContain(pull?.id);
});

test('another image behind an image volume recreates', () => {
  const one = project({
    web: { image: 'web', volumes: [{ type: 'image', source: 'assets', target: '/a' }] },
  });
  const modern = { ...emptyEngine(one).facts, apiVersion: '1.51' };
  const made = standardMaterials({ project: one, facts: modern, toolVersion: '1' });
  const engine = { ...emptyEngine(one), facts: modern };
  const empty = { ...engine, images: { ...engine.images, assets: { id: 'sha256:one' } } };
  const running = simulate(planUp(one, empty, upIntent(), made), empty);
  const images = { ...running.images, assets: { id: 'sha256:two' } };
  const plan = planUp(one, { ...running, images }, upIntent(), made);
  expect(plan.nodes[0]?.because).toBe('image of a volume changed');
  expect(planUp(one, running, upIntent(), made).nodes).toEqual([]);
});
