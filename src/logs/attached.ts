import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../diagnostic/errors.ts';
import type { Attachment, Engine } from '../engine/engine.ts';
import { LineAssembler } from './assemble.ts';
import { isGone } from './gone.ts';
import type { LogLine, LogSource } from './line.ts';
import { type FollowEnd, isEnd, type Runs } from './runs.ts';

/** Milliseconds in which what a container printed last may still arrive. */
const pause = 100;
/** Milliseconds after which a container that goes on without us counts as one whose connection broke. */
const patience = 1000;
/** Milliseconds between attempts to connect to a container that is about to be started again: the first, and at most. */
const attempts = { first: 10, longest: 100 };

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
  runs: Runs,
  first: Promise<Attachment> | undefined,
  signal: AbortSignal,
  push: (lines: readonly LogLine[]) => Promise<void>,
): Promise<FollowEnd> {
  let early = await first?.catch(() => undefined);
  for (;;) {
    // Engines attach to a container that has ended, too, and wait for its next start.
    const next = early === undefined ? await runs.next(0, true) : undefined;
    if (next !== undefined && isEnd(next)) return ended(engine, source.id, next, signal);
    const attachment = early ?? (await attachAgain(engine, source.id, signal));
    if (typeof attachment === 'string') return attachment;
    const over = new AbortController();
    const ends = AbortSignal.any([signal, over.signal]);
    ends.addEventListener('abort', () => attachment.close(), { once: true });
    if (early === undefined) closeAfterEnd(engine, source.id, over, ends);
    early = undefined;
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
    const after = await runs.next(patience, true);
    if (isEnd(after)) return ended(engine, source.id, after, signal);
  }
}

/** Podman knows the code a little later than the end; its wait has it. */
async function ended(engine: Engine, id: string, end: FollowEnd, signal: AbortSignal): Promise<FollowEnd> {
  if (typeof end === 'string') return end;
  return { exitCode: await engine.waitContainer(id, 'not-running', signal).catch(() => end.exitCode) };
}

/** Connects as soon as the engine lets it: not while a container waits for its restart. */
async function attachAgain(
  engine: Engine,
  id: string,
  signal: AbortSignal,
): Promise<Attachment | 'gone' | 'aborted'> {
  for (let wait = attempts.first; !signal.aborted; wait = Math.min(wait * 1.2, attempts.longest)) {
    try {
      return await attachOutput(engine, id);
    } catch (error) {
      if (isGone(error)) return 'gone';
      if (!(error instanceof EngineError) || !/is restarting|created or running/.test(error.message))
        throw error;
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }
  return 'aborted';
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
