import { StringDecoder } from 'node:string_decoder';
import type { BuildListener, BuildStep } from '../build-request.ts';
import type { Message } from './codec.ts';
import type { statusResponse, Timestamp } from './messages.ts';

type Status = NonNullable<Message<typeof statusResponse>['statuses']>[number];

/**
 * Folds BuildKit's status messages into steps: the same one is told many times, and each message holds only what
 * has changed.
 */
export function statusListener(on: BuildListener): (status: Message<typeof statusResponse>) => void {
  const steps = new Map<string, BuildStep>();
  const decoders = new Map<string, StringDecoder>();
  const parts = (statuses: readonly Status[]): void => {
    for (const { id = '', vertex = '', started, completed } of statuses) {
      if (completed === undefined || id === '') continue;
      const end = milliseconds(completed);
      on.part?.(vertex, { name: id, milliseconds: started === undefined ? 0 : end - milliseconds(started) });
    }
  };
  return ({ vertexes = [], statuses = [], logs = [], warnings = [] }) => {
    // A step may be told to be done in the message that tells of its last part.
    const known = (status: Status): boolean => steps.has(status.vertex ?? '');
    const later = statuses.filter((status) => !known(status));
    parts(statuses.filter(known));
    for (const { digest = '', name = '', cached, started, completed, error = '' } of vertexes) {
      const before = steps.get(digest);
      const step: BuildStep = {
        id: digest,
        name: name === '' ? (before?.name ?? '') : name,
        cached: cached === true || before?.cached === true,
        ...(before?.started !== undefined && { started: before.started }),
        ...(started !== undefined && { started: milliseconds(started) }),
        ...(completed !== undefined && { completed: milliseconds(completed) }),
        ...(error !== '' && { error }),
      };
      steps.set(digest, step);
      on.step?.(step);
    }
    parts(later);
    for (const { vertex = '', data } of logs) {
      // A character may be cut in two.
      const decoder = decoders.get(vertex) ?? new StringDecoder('utf8');
      decoders.set(vertex, decoder);
      if (data !== undefined) on.log?.(vertex, decoder.write(Buffer.from(data)));
    }
    for (const { short, ranges } of warnings) {
      on.warning?.(Buffer.from(short ?? []).toString('utf8'), ranges?.[0]?.start?.line);
    }
  };
}

function milliseconds({ seconds = 0, nanos = 0 }: Timestamp): number {
  return seconds * 1000 + nanos / 1e6;
}
