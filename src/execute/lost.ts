import { EngineError } from '../diagnostic/errors.ts';
import type { ExecutionResult } from './result.ts';

/** What engines say of a container whose process they lost track of in a crash, and never start again. */
const lostTrack = /\btask \S*[0-9a-f]{64}: already exists|container with (given )?id (already )?exists/i;

/** Ids of containers that the engine can't start any more: only a new one helps. */
export function lostContainers({ failures, created }: ExecutionResult): readonly string[] {
  return failures.flatMap(({ node, error }) => {
    const { operation } = node;
    if (operation.kind !== 'start-container' || !(error instanceof EngineError)) return [];
    if (!lostTrack.test(error.message)) return [];
    const ref = operation.container;
    const id = 'id' in ref ? ref.id : created.get(ref.createdBy);
    return id === undefined ? [] : [id];
  });
}
