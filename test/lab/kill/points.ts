/** A point in the course of a move: the begin or the end of a step in its journal, or a moment after it. */
export interface Point {
  readonly name: string;
  readonly operation?: string;
  readonly on?: 'source' | 'target';
  readonly status?: 'Working' | 'Done';
  /** The first, second, … step of this kind. */
  readonly nth?: number;
  /** Instead of a step: the begin of a message. */
  readonly notice?: string;
  /** Milliseconds later: the engine works on it. */
  readonly delay?: number;
}

const begin = (name: string, on: 'source' | 'target', operation: string, nth = 1, delay = 0): Point => ({
  ...{ name, on, operation, nth, delay, status: 'Working' },
});
const end = (name: string, on: 'source' | 'target', operation: string, nth = 1): Point => ({
  ...{ name, on, operation, nth, status: 'Done' },
});

/** In the order in which a move comes to them. The group is that of move.ts: two services, one volume. */
export const points: readonly Point[] = [
  begin('before the image', 'target', 'copy-image'),
  begin('while the image goes over', 'target', 'copy-image', 1, 60),
  begin('before the volume', 'target', 'create-volume'),
  begin('before the network', 'target', 'create-network'),
  begin('before the first container', 'target', 'create-container'),
  end('one container is made', 'target', 'create-container'),
  begin('before the passes', 'target', 'sync-volumes'),
  begin('while the helpers start', 'target', 'sync-volumes', 1, 400),
  end('after the passes', 'target', 'sync-volumes'),
  begin('before the restart policies go', 'source', 'update-container'),
  end('one restart policy is gone', 'source', 'update-container'),
  begin('before the first stop', 'source', 'stop-container'),
  begin('while the writer stops', 'source', 'stop-container', 2, 20),
  end('the source is stopped', 'source', 'stop-container', 2),
  begin('before the last pass', 'target', 'sync-volumes', 2),
  begin('before the proof', 'target', 'prove-volumes'),
  end('the data is proved', 'target', 'prove-volumes'),
  begin('before the target starts', 'target', 'start-container'),
  begin('while the writer starts', 'target', 'start-container', 1, 60),
  end('the writer has started', 'target', 'start-container'),
  begin('before the last wait', 'target', 'wait-container', 2),
  begin('before the source is marked', 'source', 'create-volume'),
  end('the source is marked', 'source', 'create-volume'),
  { name: 'the move is committed', notice: 'moved to' },
];
