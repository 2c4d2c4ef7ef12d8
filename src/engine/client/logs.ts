import { flagOf, objectOf } from '../../util/json.ts';
import type { LogChunk, LogOptions } from '../engine.ts';
import { FrameSplitter } from '../http/frames.ts';
import { type Api, segment } from './api.ts';

/** The log of a container; an aborted signal ends it without an error. */
export async function* logs(api: Api, id: string, options: LogOptions): AsyncGenerator<LogChunk> {
  const { signal, follow, timestamps, since, until, tail, stdout = true, stderr = true } = options;
  const path = `/containers/${segment(id)}`;
  const query = {
    stdout,
    stderr,
    follow: follow || undefined,
    timestamps: timestamps || undefined,
    since,
    until,
    tail: tail === 'all' ? undefined : tail,
  };
  try {
    const details = api.json('GET', `${path}/json`, { signal });
    const answer = api.stream('GET', `${path}/logs`, { query, signal });
    const [raw, stream] = await Promise.all([details, answer]);
    const tty = flagOf(objectOf(objectOf(raw)['Config'])['Tty']);
    const splitter = new FrameSplitter();
    for await (const bytes of stream) {
      if (!(bytes instanceof Uint8Array)) continue;
      if (tty) yield { stream: 'stdout', data: bytes };
      else yield* splitter.push(bytes);
    }
  } catch (error) {
    if (signal?.aborted !== true) throw api.broken(`GET ${path}/logs`, error);
  }
}
