import type { LogLine } from '../../logs/line.ts';

/** A line as JSON, in one line. `partial`: the text goes on in the next one of the same stream. */
export function jsonLine({ source, stream, time, data, whole }: LogLine): readonly Uint8Array[] {
  const { service, replica, name } = source;
  const line = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
  const record = { service, replica, container: name, stream, time, line, ...(!whole && { partial: true }) };
  return [Buffer.from(`${JSON.stringify(record)}\n`)];
}
