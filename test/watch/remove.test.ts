import { expect, test } from 'vitest';
import { EngineError } from '../../src/diagnostic/errors.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { removeIn } from '../../src/watch/remove.ts';

/** An engine that runs no command. */
function refusing(error: EngineError): { readonly engine: Engine; readonly calls: string[] } {
  const calls: string[] = [];
  const partial: Partial<Engine> = {
    createExec: () => {
      calls.push('exec');
      return Promise.reject(error);
    },
    putArchive: () => {
      calls.push('put');
      return Promise.resolve();
    },
  };
  return { engine: partial as Engine, calls };
}

test('in a container that has stopped meanwhile nothing is removed, and no helper is put there', async () => {
  const words = 'can only create exec sessions on running containers: container state improper';
  const { engine, calls } = refusing(new EngineError('conflict', 'POST /containers/x/exec', words));
  expect(await removeIn(engine, 'x', ['/app/a'])).toBe(false);
  expect(calls).toEqual(['exec']);
});

test('an engine that does not answer is no missing program', async () => {
  const { engine, calls } = refusing(new EngineError('unreachable', 'POST /containers/x/exec', 'exec'));
  await expect(removeIn(engine, 'x', ['/app/a'])).rejects.toThrow('exec');
  expect(calls).toEqual(['exec']);
});
