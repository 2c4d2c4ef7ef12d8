import { expect, test } from 'vitest';
import { serviceHash } from '../../src/model/hash.ts';
import { label } from '../../src/model/labels.ts';
import { observe } from '../../src/observe/collect.ts';
import { standardMaterials } from '../../src/plan/standard.ts';
import { planUp } from '../../src/plan/up.ts';
import { emptyEngine, network, project, upIntent, volume } from '../support/builders.ts';
import { simulate } from '../support/simulate.ts';
import { countingEngine } from './counting-engine.ts';

const many = project(
  Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`s${i}`, { image: `image${i % 7}` }])),
);

function brought(of: typeof many) {
  const empty = emptyEngine(of);
  const materials = standardMaterials({ project: of, facts: empty.facts, toolVersion: '1' });
  return { materials, world: simulate(planUp(of, empty, upIntent(), materials), empty) };
}

test('two hundred unchanged services need four calls, and nothing is to be done', async () => {
  const { materials, world } = brought(many);
  const { engine, calls } = countingEngine(world);
  const observed = await observe(engine, many);
  expect(calls.sort()).toEqual(['listContainers', 'listImages', 'listNetworks', 'listVolumes']);
  expect(planUp(many, observed, upIntent(), materials).nodes).toEqual([]);
});

test('an image is asked for by name where there are few', async () => {
  const small = project({ web: { image: 'web' } });
  const { engine, calls } = countingEngine(brought(small).world);
  const observed = await observe(engine, small);
  expect(calls.sort()).toEqual(['inspectImage web', 'listContainers', 'listNetworks', 'listVolumes']);
  expect(observed.images).toHaveProperty('web');
});

test('only containers with another hash are inspected', async () => {
  const two = project({ a: { image: 'x' }, b: { image: 'x' } });
  const { engine, calls } = countingEngine(brought(two).world);
  const changed = { ...two, services: { ...two.services, b: { ...two.services['b']!, user: '7' } } };
  const observed = await observe(engine, changed);
  expect(calls.filter((call) => call.startsWith('inspectContainer'))).toHaveLength(1);
  const [a, b] = observed.containers;
  expect(a?.body).toBeUndefined();
  expect(b?.body).toBeDefined();
  expect(b?.labels[label.configHash]).toBe(serviceHash(two.services['b']!));
});

test('external and renamed networks and volumes are looked up, others are not', async () => {
  const named = project(
    { web: { image: 'web', networks: { default: null, out: null, mine: null } } },
    {
      networks: {
        default: network('p_default'),
        out: network('out', { external: true }),
        mine: network('other-name'),
      },
      volumes: { data: volume('p_data'), kept: volume('kept', { external: true }) },
    },
  );
  const { engine, calls } = countingEngine(emptyEngine(named));
  await observe(engine, named);
  expect(calls.filter((call) => /inspect(Network|Volume)/.test(call)).sort()).toEqual([
    'inspectNetwork other-name',
    'inspectNetwork out',
    'inspectVolume kept',
  ]);
});

test('what an engine lists beyond the project is not taken in', async () => {
  const one = project({ web: { image: 'web' } });
  const { world } = brought(one);
  const foreign = { ...world.volumes[0], name: 'x_data', labels: { [label.project]: 'x' } };
  const base = { driver: 'local', mountpoint: '', scope: 'local', created: '', options: {} };
  const { engine } = countingEngine({ ...world, volumes: [{ ...base, ...foreign }] });
  expect((await observe(engine, one)).volumes).toEqual([]);
});

test('a preflight sees the names, ports and volumes of others', async () => {
  const one = project({ web: { image: 'web' } });
  const { world } = brought(one);
  const stranger = { ...world.containers[0]!, name: 'stranger', labels: {} };
  const { engine } = countingEngine({ ...world, containers: [...world.containers, stranger] });
  const observed = await observe(engine, one, { preflight: true });
  expect(observed.others?.map((c) => c.name)).toEqual(['stranger']);
  expect(observed.containers.map((c) => c.name)).toEqual(['p-web-1']);
});

test('by name alone no images are asked for', async () => {
  const { engine, calls } = countingEngine(brought(project({ web: { image: 'web' } })).world);
  const observed = await observe(engine, { name: 'p' });
  expect(calls).toHaveLength(3);
  expect(observed.containers).toHaveLength(1);
});

test.each([
  ['linux/amd64', true],
  ['linux/x86_64', true],
  ['linux/arm64', false],
])('an image that is not for the platform %s counts as missing', async (platform, there) => {
  const pinned = project({ web: { image: 'web', platform } });
  const { engine } = countingEngine(brought(pinned).world);
  expect('web' in (await observe(engine, pinned)).images).toBe(there);
});
