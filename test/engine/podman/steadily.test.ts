import { expect, test } from 'vitest';
import { EngineError } from '../../../src/diagnostic/errors.ts';
import { steadily } from '../../../src/engine/podman/steadily.ts';

const id = 'a'.repeat(64);
const call = 'GET /containers/json';
const gone = new EngineError('not-found', call, `failed to get state of container ${id}: no such container`);

function failing(error: Error, times: number) {
  let calls = 0;
  const ask = async () => {
    calls++;
    if (calls <= times) throw error;
    return calls;
  };
  return { ask, calls: () => calls };
}

test('an answer that a leaving container spoils is asked for again', async () => {
  expect(await steadily('/containers/json', failing(gone, 3).ask)).toBe(4);
});

test('so is one that a leaving image spoils', async () => {
  const message = `retrieving label for image "${id}": reading image "${id}": image not known`;
  const error = new EngineError('not-found', 'GET /images/json', message);
  expect(await steadily('/images/json', failing(error, 1).ask)).toBe(2);
});

test('not for ever', async () => {
  const always = failing(gone, 100);
  await expect(steadily('/system/df', always.ask)).rejects.toBe(gone);
  expect(always.calls()).toBe(4);
});

test.each([
  ['another failure', '/containers/json', new EngineError('invalid', call, 'out of order')],
  ['the very container that is asked for', `/containers/${id}/json`, gone],
])('not for %s', async (_, path, error) => {
  const once = failing(error, 100);
  await expect(steadily(path, once.ask)).rejects.toBe(error);
  expect(once.calls()).toBe(1);
});
