import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a project's containers on one engine ran at one time: names by the id of their image. */
export type Generation = Readonly<Record<string, readonly string[]>>;

/** Older ones are forgotten. */
const remembered = 10;

/** The images that a project ran on an engine, oldest first, over several changes. */
export class Generations {
  readonly #path: string;
  readonly #folder: string;

  constructor(stateFolder: string, engine: string, project: string) {
    const name = createHash('sha256').update(`${engine}\n${project}`).digest('hex').slice(0, 24);
    this.#folder = join(stateFolder, 'images');
    this.#path = join(this.#folder, `${name}.json`);
  }

  /** What can't be read counts as nothing. */
  read(): readonly Generation[] {
    try {
      const value: unknown = JSON.parse(readFileSync(this.#path, 'utf8'));
      return Array.isArray(value) ? value.filter(isGeneration) : [];
    } catch {
      return [];
    }
  }

  /** Adds what runs now, if it is not what ran last. @returns all of them */
  add(now: Generation): readonly Generation[] {
    const before = this.read();
    if (Object.keys(now).length === 0 || sameImages(before.at(-1), now)) return before;
    const all = [...before, now].slice(-remembered);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeFileSync(`${this.#path}.new`, JSON.stringify(all), { mode: 0o600 });
      renameSync(`${this.#path}.new`, this.#path);
    } catch {
      // What can't be written is not worth failing for: more images are kept.
    }
    return all;
  }
}

function sameImages(one: Generation | undefined, other: Generation): boolean {
  return (
    one !== undefined && JSON.stringify(Object.keys(one).sort()) === JSON.stringify(Object.keys(other).sort())
  );
}

function isGeneration(value: unknown): value is Generation {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((names) => Array.isArray(names) && names.every((n) => typeof n === 'string'))
  );
}
