import { UserError } from '../../diagnostic/errors.ts';
import type { OperationOf } from '../../plan/operations.ts';
import { orCancelled } from '../cancel.ts';
import { askForwarder, callForwarder } from '../forward/call.ts';
import { renewForwarder } from '../forward/renew.ts';
import type { NodeContext, Outcome } from '../run.ts';

/** Every engine resolves the first 12 digits of a container's id on the networks that it is on. */
const hostOf = (id: string): string => id.slice(0, 12);

/** How often a change is tried when another one came between. */
const attempts = 5;

/** Changes which containers a forwarder uses. */
export async function setForward(
  { forwarder, ports, changes, exact }: OperationOf<'set-forward'>,
  { engine, idOf, notice }: NodeContext,
): Promise<Outcome> {
  const target = { id: idOf(forwarder), name: forwarder.name };
  const wanted = new Map(changes.map(({ container, use }) => [hostOf(idOf(container)), use]));
  for (let attempt = 0; attempt < attempts; attempt++) {
    const now = await askForwarder(engine, target, ['status']);
    if (now === undefined) continue;
    const renewed = await renewForwarder(engine, target, now);
    if (renewed !== undefined) notice(renewed.level, renewed.message);
    const kept = exact === true ? [] : now.backends.filter(({ host }) => !wanted.has(host));
    const set = [...wanted].flatMap(([host, use]) => (use === 'gone' ? [] : [{ host, use }]));
    const table = JSON.stringify({ ...ports, backends: [...kept, ...set] });
    if (await askForwarder(engine, target, ['set', table, String(now.generation)])) return {};
  }
  throw new UserError('forwarder-busy', `someone else goes on changing forwarder ${forwarder.name}`, {
    hint: 'see that no other command works on this project, and try again',
  });
}

/** Waits until a container that gets no new connections has none; says what is left when the time is over. */
export async function drainBackend(
  { forwarder, container, timeoutMs }: OperationOf<'drain-backend'>,
  { engine, idOf, signal, notice }: NodeContext,
): Promise<Outcome> {
  const host = hostOf(idOf(container));
  const target = { id: idOf(forwarder), name: forwarder.name };
  const status = await orCancelled(askForwarder(engine, target, ['wait', host, String(timeoutMs)]), signal);
  const left = status?.open[host] ?? 0;
  if (left > 0) {
    const what = left === 1 ? 'one connection is' : `${left} connections are`;
    const hint = 'x-tscompose.drain of the service sets how long they may take';
    notice('info', `${container.name}: ${what} cut after ${timeoutMs / 1000} s`, hint);
  }
  return { changed: false };
}

/** Milliseconds between two looks whether the container still runs. */
const pace = 1000;

/** Waits until a container takes connections on one of its published ports. */
export async function probeBackend(
  { forwarder, container, timeoutMs }: OperationOf<'probe-backend'>,
  { engine, idOf, signal }: NodeContext,
): Promise<Outcome> {
  const id = idOf(container);
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const words = ['probe', hostOf(id), String(pace)];
    const { code, error } = await orCancelled(callForwarder(engine, idOf(forwarder), words), signal);
    if (code === 0) return { changed: false };
    const { state, restartCount } = await engine.inspectContainer(id);
    if (state.running && restartCount === 0 && performance.now() < deadline) continue;
    const why = state.running && restartCount === 0 ? error : `exited (${state.exitCode})`;
    throw new UserError('not-listening', `container ${container.name} takes no connection: ${why}`, {
      hint: 'see its logs; a health check tells better when it is ready',
    });
  }
}
