import { expect, test } from 'vitest';
import { label, moveLabel } from '../../src/model/labels.ts';
import type { MoveFacts } from '../../src/observe/move.ts';
import { planMigrate } from '../../src/plan/migrate.ts';
import type { SyncChoices } from '../../src/plan/operations.ts';
import { plainMaterials, project as projectOf, volume } from '../support/builders.ts';
import { simulateOn } from '../support/simulate.ts';
import { twoEngines } from './two-engines.ts';

const project = projectOf(
  { db: { image: 'x', volumes: [{ type: 'volume', source: 'data', target: '/data' }] } },
  { volumes: { data: volume('p_data') } },
);
const how: SyncChoices = {
  ...{ id: 'abc', maxDowntimeMs: 5000, onExceed: 'abort', verify: 'changed', compress: 'auto', data: 'auto' },
};
const wish = { command: 'migrate', services: [], id: 'abc', how } as const;
const facts: MoveFacts = {
  info: {
    ...{
      id: '',
      name: '',
      ncpu: 1,
      memoryBytes: 0,
      storageDriver: '',
      dockerRootDir: '',
      swarmActive: false,
    },
    ...{ serverVersion: '', securityOptions: [], runtimes: [], volumeDrivers: [], networkDrivers: [] },
  },
  ...{ subnets: [], networks: [], strangers: [], written: [], sizes: new Map() },
};

test.each([
  ['of someone else', {}, ['network-exists']],
  ['of another project', { [label.project]: 'other' }, ['network-exists']],
  ['of the project', { [label.project]: 'p' }, []],
  ['of this move', { [moveLabel]: 'abc' }, []],
])('a network of the same name on the target, %s', (_, labels, refused) => {
  const { source, target } = twoEngines(project);
  const networks = [{ name: 'p_default', labels }];
  const plan = planMigrate(
    project,
    source,
    target,
    { ...wish, facts: { ...facts, networks } },
    plainMaterials,
  );
  expect(plan.refusals.map(({ code }) => code)).toEqual(refused);
});

test('what another machine has begun is not its own, what this one has begun is', () => {
  const { source, target } = twoEngines(project);
  const plan = planMigrate(project, source, target, wish, plainMaterials);
  const made = plan.nodes.slice(
    0,
    plan.nodes.findIndex(({ operation }) => operation.kind === 'sync-volumes'),
  );
  const [, there] = simulateOn({ ...plan, nodes: made }, [source, target]);
  const refusals = (begun: boolean) =>
    planMigrate(project, source, { ...there!, others: [] }, { ...wish, begun }, plainMaterials).refusals;
  expect(refusals(false)[0]).toMatchObject({ code: 'move-elsewhere', exit: 3 });
  expect(refusals(true)).toEqual([]);
});
