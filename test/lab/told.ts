import { isRecord } from '../support/json.ts';
import type { Ended, Group } from './group.ts';

/** What tscompose tells with `--progress json`, one a line. */
export interface Told {
  readonly operation: string;
  readonly status: string;
  readonly engine: string;
  readonly text: string;
}

/** Runs tscompose and hears each of its events as it comes. */
export function listen(
  group: Group,
  host: string,
  args: readonly string[],
  seen: (event: Told) => void,
): Promise<Ended> {
  const { child, ended } = group.start(host, ['--progress', 'json', ...args]);
  for (const stream of [child.stdout, child.stderr]) {
    let line = '';
    stream?.on('data', (text: string) => {
      const lines = (line + text).split('\n');
      line = lines.pop() ?? '';
      for (const event of lines.flatMap(toldIn)) seen(event);
    });
  }
  return ended;
}

function toldIn(line: string): Told[] {
  try {
    const value: unknown = JSON.parse(line);
    if (!isRecord(value)) return [];
    const text = (key: string) => String(value[key] ?? '');
    return [
      { operation: text('operation'), status: text('status'), engine: text('engine'), text: text('text') },
    ];
  } catch {
    return [];
  }
}
