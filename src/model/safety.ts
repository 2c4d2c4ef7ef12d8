import { parseDuration } from '../util/duration.ts';
import { objectOf } from '../util/json.ts';
import type { Project, Volume } from './project.ts';

/** On a volume that was made with `protect`, so that it is known without the compose files. */
export const protectLabel = 'tscompose.protect';

/** How long a snapshot is kept unless somebody says otherwise, in seconds. */
export const defaultKeep = 7 * 24 * 3600;

/** True if `x-tscompose: {protect: true}` of the volume keeps it from being removed or made anew. */
export function isProtected(volume: Volume): boolean {
  return objectOf(volume['x-tscompose'])['protect'] === true;
}

/**
 * What the files say about snapshots of a volume: the volume's own word, or that of the top level.
 * @returns seconds; 0: none are taken; undefined: nothing is said
 */
export function keepOf(project: Project | undefined, volume: Volume | undefined): number | undefined {
  const own = objectOf(volume?.['x-tscompose'])['snapshots'];
  return keepSeconds(own ?? objectOf(project?.extensions['x-tscompose'])['snapshots']);
}

/** Reads `7d`, `12h`, `never` or false. @returns seconds; undefined if it is none of them */
export function keepSeconds(value: unknown): number | undefined {
  if (value === 'never' || value === false) return 0;
  if (value === true) return defaultKeep;
  if (typeof value !== 'string') return undefined;
  try {
    return Math.max(0, Math.round(parseDuration(value) / 1e9));
  } catch {
    return undefined;
  }
}

/** A time for people: `7 days`. */
export function keepText(seconds: number): string {
  for (const [size, unit] of [
    [24 * 3600, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ] as const) {
    const count = seconds / size;
    if (Number.isInteger(count) && count > 0) return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  return `${seconds} seconds`;
}
