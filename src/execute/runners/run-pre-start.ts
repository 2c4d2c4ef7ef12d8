import { UserError } from '../../diagnostic/errors.ts';
import type { OperationOf } from '../../plan/operations.ts';
import type { NodeContext, Outcome } from '../run.ts';
import { completeBody } from './create-container.ts';

/** Runs a `pre_start` hook in a container of its own. It is removed if it ended well, and kept otherwise. */
export async function runPreStart(
  { service, index, body, connect }: OperationOf<'run-pre-start'>,
  { engine, run, signal }: NodeContext,
): Promise<Outcome> {
  const complete = await completeBody(body, run, (image) => run.imageId(engine, image));
  const { id } = await engine.createContainer('', complete);
  for (const { network, endpoint } of connect) await engine.connectNetwork(network, id, endpoint);
  const { waits, placed } = place((tell) => engine.waitContainer(id, 'next-exit', signal, tell));
  await Promise.race([placed, waits]);
  await engine.startContainer(id);
  const code = await waits;
  const tail = await tellOutput();
  if (code === 0) {
    await engine.removeContainer(id, { force: true, volumes: true });
    return {};
  }
  throw new UserError(
    'hook-failed',
    `service "${service}" pre_start[${index}] exited with code ${code} (hook container ${id.slice(0, 12)} retained for inspection)`,
    { hint: tail === '' ? 'look at its logs, then remove it' : `it said: ${tail}` },
  );

  async function tellOutput(): Promise<string> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const { stream, data } of engine.logs(id, { signal })) {
      const part = decoder.decode(data, { stream: true });
      text = (text + part).slice(-1000);
      run.options.output?.({ kind: 'hook', service, stream }, part);
    }
    return text.trim();
  }
}

/** Starts a wait; `placed` resolves when the engine waits. */
function place(wait: (placed: () => void) => Promise<number>): {
  readonly waits: Promise<number>;
  readonly placed: Promise<void>;
} {
  let tell = () => {};
  const placed = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const waits = wait(() => tell());
  waits.catch(() => {});
  return { waits, placed };
}
