import { expect, test } from 'vitest';
import { planPull } from '../../src/plan/pull.ts';
import { emptyEngine, project } from '../support/builders.ts';

test('images come for the platform of their service, else for DOCKER_DEFAULT_PLATFORM', () => {
  const services = { a: { image: 'x', platform: 'linux/386' }, b: { image: 'x' }, c: { image: 'x' } };
  const made = { ...project(services), environment: { DOCKER_DEFAULT_PLATFORM: 'linux/arm64' } };
  const { nodes } = planPull(made, emptyEngine(made), { command: 'pull', services: [] });
  expect(nodes.map(({ operation }) => 'platform' in operation && operation.platform)).toEqual([
    'linux/386',
    'linux/arm64',
  ]);
});
