import { setTimeout as sleep } from 'node:timers/promises';
import type { Attachment, Engine } from '../engine/engine.ts';
import { LineAssembler } from './assemble.ts';
import { type FollowEnd, type FollowOptions, stateOf } from './follow.ts';
import type { LogLine, LogSource } from './line.ts';

/** Milliseconds between two looks at a container that is about to end or to start again. */
const pause = 100;
/** Milliseconds after which a container that goes on without us counts as one whose connection broke. */
const patience = 1000;

/** Connects to what a container prints from now on; to one that was not started yet, from its first line on. */
export async function attachOutput(engine: Engine, id: string): Promise<Attachment> {
  const { body } = await engine.inspectContainer(id);
  return engine.attach(id, { stdin: false, tty: body.Tty === true });
}

/**
 * Hands on what a container prints, through its restarts, where its log can't be read. What it prints before
 * the connection is there is lost: times are those of arrival.
 * @param first a connection that was made before the start
 * @throws EngineError
 */
export async function followAttached(
  engine: Engine,
  source: LogSource,
  first: Promise<Attachment> | undefined,
  { signal, restarting }: Pick<FollowOptions, 'signal' | 'restarting'>,
  push: (lines: readonly LogLine[]) => Promise<void>,
): Promise<FollowEnd> {
  let run = (await stateOf(engine, source.id))?.startedAt;
  let told = '';
  // Podman knows the code a little later than the end; its wait has it.
  const ended = async (exitCode: number): Promise<FollowEnd> => ({
    exitCode: await engine.waitContainer(source.id, 'not-running', signal).catch(() => exitCode),
  });
  for (let next = first; ; next = undefined) {
    // Engines attach to a container that has ended, too, and wait for its next start.
    const now = next === undefined ? await stateOf(engine, source.id) : undefined;
    if (now !== undefined && !now.running && !now.restarting) return ended(now.exitCode);
    const attachment = await (next ?? attachOutput(engine, source.id));
    const over = new AbortController();
    const ends = AbortSignal.any([signal, over.signal]);
    ends.addEventListener('abort', () => attachment.close(), { once: true });
    if (next === undefined) closeAfterEnd(engine, source.id, over, ends);
    try {
      await Promise.all([
        pass(attachment.stdout, 'stdout', source, push),
        pass(attachment.stderr, 'stderr', source, push),
      ]);
    } catch (error) {
      if (!ends.aborted) throw error;
    } finally {
      over.abort();
    }
    const since = performance.now();
    for (;;) {
      if (signal.aborted) return 'aborted';
      const state = await stateOf(engine, source.id);
      if (state === undefined) return 'gone';
      if (!state.running && !state.restarting) return ended(state.exitCode);
      if (state.restarting) {
        if (told !== state.finishedAt) await restarting?.(state.exitCode);
        told = state.finishedAt;
      } else if (state.startedAt !== run || performance.now() - since > patience) {
        run = state.startedAt;
        break;
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Gives up a connection when the container has ended and what it printed last has had time to arrive. */
function closeAfterEnd(engine: Engine, id: string, over: AbortController, signal: AbortSignal): void {
  engine
    .waitContainer(id, 'not-running', signal)
    .then(() => sleep(pause, undefined, { signal }))
    .then(
      () => over.abort(),
      () => undefined,
    );
}

async function pass(
  stream: Attachment['stdout'],
  kind: LogLine['stream'],
  source: LogSource,
  push: (lines: readonly LogLine[]) => Promise<void>,
): Promise<void> {
  const lines = new LineAssembler(source);
  for await (const data of stream) {
    if (!Buffer.isBuffer(data)) continue;
    const time = `${new Date().toISOString().slice(0, -1)}000000Z`;
    await push(lines.push({ stream: kind, time, data }));
  }
  await push(lines.end());
}
