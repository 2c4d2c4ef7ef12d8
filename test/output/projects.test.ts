import { expect, test } from 'vitest';
import { forwarderLabel } from '../../src/model/forwarding.ts';
import { label } from '../../src/model/labels.ts';
import { projectRows } from '../../src/output/projects.ts';
import { FakeEngine } from '../support/fake-engine.ts';

const rowsOf = async (...containers: readonly Readonly<Record<string, string>>[]) => {
  const fake = new FakeEngine();
  for (const [n, labels] of containers.entries()) {
    const Labels = { [label.project]: 'shop', ...labels };
    await fake.engine.createContainer(`c${n}`, {
      Image: 'busybox',
      Labels,
      HostConfig: { NetworkMode: 'none' },
    });
  }
  return projectRows(await fake.engine.listContainers({ all: true }));
};

test('a forwarder is none of the containers that ls counts, unless it is all that is left', async () => {
  const [web, forwarder] = [
    { [label.service]: 'web' },
    { [label.service]: 'web', [forwarderLabel.service]: 'web' },
  ];
  expect(await rowsOf(web, web, forwarder)).toMatchObject([{ Name: 'shop', Status: 'created(2)' }]);
  expect(await rowsOf(forwarder)).toMatchObject([{ Name: 'shop', Status: 'created(1)' }]);
});
