import { setTimeout as sleep } from 'node:timers/promises';
import type { Attachment, ContainerDetails, Engine } from '../engine/engine.ts';
import { LineAssembler } from './assemble.ts';
import { type FollowEnd, type FollowOptions, stateOf } from './follow.ts';
import type { LogLine, LogSource } from './line.ts';

/** Milliseconds between two looks at a container that is about to end or to start again. */
const pause = 100;

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
  let next = first;
  for (let told = ''; ; ) {
    const attachment = await (next ?? attachOutput(engine, source.id));
    next = undefined;
    const close = (): void => attachment.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      await Promise.all([
        pass(attachment.stdout, 'stdout', source, push),
        pass(attachment.stderr, 'stderr', source, push),
      ]);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', close);
    }
    let state: ContainerDetails['state'] | undefined;
    do {
      if (signal.aborted) return 'aborted';
      state = await stateOf(engine, source.id);
      if (state === undefined) return 'gone';
      if (!state.running && !state.restarting) return { exitCode: state.exitCode };
      if (state.restarting && told !== state.finishedAt) {
        told = state.finishedAt;
        await restarting?.(state.exitCode);
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    } while (state.restarting);
  }
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
