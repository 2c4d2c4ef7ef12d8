import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runHelper, sweepHelpers } from '../../src/data/container.ts';
import { ensureHelper, helperLabel } from '../../src/data/image.ts';
import { connect } from '../../src/engine/connect.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { docker, podman } from '../support/engines.ts';
import { collect } from './streams.ts';

describe.each([
  ['docker', docker],
  ['podman', podman],
])('the helper on %s', (kind, host) => {
  if (host === undefined) {
    test.skip(`no engine: TSCOMPOSE_TEST_${kind.toUpperCase()} is not set`, () => {});
    return;
  }
  let engine: Engine;
  const mine = `contract-helper=${process.pid}`;
  const labels = { 'contract-helper': String(process.pid) };

  beforeAll(async () => {
    engine = await connect({ host, environment: {} });
  });
  afterAll(async () => {
    await sweepHelpers(engine, [mine]);
    engine.close();
  });

  test('its image is loaded once, however many ask', async () => {
    const [first, second] = await Promise.all([ensureHelper(engine), ensureHelper(engine)]);
    expect(second).toEqual(first);
    const other = await connect({ host, environment: {} });
    expect(await ensureHelper(other)).toEqual(first);
    other.close();
    const images = await engine.listImages({ labels: [helperLabel] });
    expect(images.map(({ id }) => id)).toContain(first.image);
  });

  test('it runs with its streams attached, and leaves no container', async () => {
    const helper = await runHelper(engine, { args: ['nothing'], labels });
    const [words, code] = await Promise.all([collect(helper.stderr), helper.exit]);
    helper.stdout.resume();
    expect(words).toContain('usage: helper');
    expect(code).toBe(2);
    await helper.close();
    expect(await engine.listContainers({ all: true, labels: [mine] })).toEqual([]);
  });
});
