import { expect, test } from 'vitest';
import { EngineError } from '../../../src/diagnostic/errors.ts';
import { steadily } from '../../../src/engine/podman/list.ts';

const gone = new EngineError(
  'invalid',
  'GET /containers/json',
  'failed to get state of container a: no such container',
);

function failing(error: Error, times: number) {
  let calls = 0;
  const ask = async () => {
    calls++;
    if (calls <= times) throw error;
    return calls;
  };
  return { ask, calls: () => calls };
}

test('a list that a leaving container spoils is asked for again', async () => {
  expect(await steadily(failing(gone, 3).ask)).toBe(4);
});

test('not for ever, and not for other failures', async () => {
  const always = failing(gone, 100);
  await expect(steadily(always.ask)).rejects.toBe(gone);
  expect(always.calls()).toBe(4);
  const other = failing(new EngineError('invalid', 'GET /containers/json', 'out of order'), 100);
  await expect(steadily(other.ask)).rejects.toThrow('out of order');
  expect(other.calls()).toBe(1);
});
