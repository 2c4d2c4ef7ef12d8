import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../support/json.ts';
import { containersOn } from '../group.ts';
import type { Host } from '../hosts.ts';

/** A write that was acknowledged, and the seconds since boot when it was: all hosts share that clock. */
export interface Ack {
  readonly number: number;
  readonly at: number;
}

/** All writes that a host's containers of a project have acknowledged, from the engine's own logs. */
export async function acksOn(host: Host, project: string): Promise<Ack[]> {
  const counters = (await containersOn(host, project)).filter(({ service }) => service === 'counter');
  return counters.flatMap(({ id }) => {
    const text = read(join(host.folder, 'data', 'containers', id, `${id}-json.log`));
    return text.split('\n').flatMap((line): Ack[] => {
      const [, number, at] = /ack (\d+) ([\d.]+)/.exec(logged(line)) ?? [];
      return number === undefined ? [] : [{ number: Number(number), at: Number(at) }];
    });
  });
}

/** The numbers in the journal of a project's volume, as the host's disk has it. */
export function journalOn(host: Host, project: string): ReadonlySet<number> {
  const text = read(join(host.folder, 'data', 'volumes', `${project}_data`, '_data', 'journal'));
  return new Set(text.split('\n').filter(Boolean).map(Number));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function logged(line: string): string {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? String(value['log']) : '';
  } catch {
    return '';
  }
}

/** How far a project's move has come, as tscompose has taken it down. */
export function recordIn(folder: string): { id: string; phase: string; left: boolean } | undefined {
  const moves = join(folder, 'state', 'moves');
  const found = (() => {
    try {
      return readdirSync(moves).filter((name) => name.endsWith('.json'));
    } catch {
      return [];
    }
  })().map((name): unknown => JSON.parse(read(join(moves, name))));
  const last = found
    .filter(isRecord)
    .sort((a, b) => String(a['changed']).localeCompare(String(b['changed'])))
    .at(-1);
  if (last === undefined) return undefined;
  return { id: String(last['id']), phase: String(last['phase']), left: last['left'] === true };
}
