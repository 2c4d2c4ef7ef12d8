import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../util/folder.ts';

/** When images were last pulled to an engine, in seconds since 1970: engines only know when they changed, if that. */
export class PullTimes {
  readonly #folder: string;
  readonly #path: string;

  /** @param engine its address */
  constructor(stateFolder: string, engine: string) {
    const name = createHash('sha256').update(engine).digest('hex').slice(0, 24);
    this.#folder = join(stateFolder, 'pulls');
    this.#path = join(this.#folder, `${name}.json`);
  }

  /** undefined if nothing is known of it. */
  of(image: string): number | undefined {
    const all = this.#read();
    return Object.hasOwn(all, image) ? all[image] : undefined;
  }

  /** Takes down that an image was pulled now. What can't be written makes pulls more frequent, no more. */
  set(image: string, seconds: number): void {
    try {
      makeFolder(this.#folder, 0o700);
      const text = JSON.stringify({ ...this.#read(), [image]: Math.floor(seconds) });
      writeFileSync(`${this.#path}.${process.pid}`, text, { mode: 0o600 });
      renameSync(`${this.#path}.${process.pid}`, this.#path);
    } catch {
      // See above.
    }
  }

  #read(): Readonly<Record<string, number>> {
    try {
      const value: unknown = JSON.parse(readFileSync(this.#path, 'utf8'));
      if (typeof value !== 'object' || value === null) return {};
      const times = Object.entries(value).filter((entry): entry is [string, number] =>
        Number.isFinite(entry[1]),
      );
      return Object.fromEntries(times);
    } catch {
      return {};
    }
  }
}
