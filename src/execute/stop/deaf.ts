import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import type { ContainerDetails, Engine } from '../../engine/engine.ts';
import type { Run } from '../run.ts';
import type { Telling } from '../telling.ts';
import { isDeafTo, readMasks, signalNumber } from './mask.ts';

/**
 * The stop signal that a container's first process does not handle; undefined if it handles it, or if
 * this can't be known from here (the engine is elsewhere, the process is not visible).
 */
export async function deafTo(
  engine: Engine,
  { id, state, body }: ContainerDetails,
  signal: string = body.StopSignal || 'SIGTERM',
): Promise<string | undefined> {
  const number = signalNumber(signal);
  // Nobody is deaf to a kill.
  if (number === constants.signals.SIGKILL) return undefined;
  if (number === undefined || state.pid <= 0 || !engine.facts.address.startsWith('unix://')) return undefined;
  // The engine's init passes every signal on.
  if (body.HostConfig.Init === true) return undefined;
  const [status, cgroup, waiting] = await Promise.all([
    readProc(state.pid, 'status'),
    readProc(state.pid, 'cgroup'),
    readProc(state.pid, 'wchan'),
  ]);
  // While a process waits for signals in sigtimedwait (small inits do), the kernel shows them as not blocked.
  if (waiting === undefined || waiting === '0' || waiting.includes('sigtimedwait')) return undefined;
  // The id in its control group shows that this is the container's process and not another one of that number.
  if (status === undefined || cgroup === undefined || !cgroup.includes(id)) return undefined;
  const masks = readMasks(status);
  return masks !== undefined && isDeafTo(masks, number) ? signal : undefined;
}

async function readProc(pid: number, file: string): Promise<string | undefined> {
  return readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => undefined);
}

/** One hint for all containers of a run that were not waited for. */
export function tellDeaf(run: Run, telling: Telling): void {
  const names = [...run.deaf.keys()].sort();
  if (names.length === 0) return;
  const signals = [...new Set(run.deaf.values())].map((signal) => signal.replace(/^(?!SIG)(?=\D)/, 'SIG'));
  telling.notice(
    'info',
    `killed without waiting, because the first process does not handle ${signals.join(', ')}: ${names.join(', ')}`,
    'with "init: true" such a service ends at once and cleanly; --grace=always waits all the same',
  );
}
