import { UserError } from '../../diagnostic/errors.ts';

/** The engine's own default. */
export const defaultDetachKeys = 'ctrl-p,ctrl-q';

/**
 * The bytes that keys send: letters as they are, `ctrl-` with a letter or one of `@ [ \ ] ^ _`.
 * @throws UserError for a key that there is not
 */
export function detachBytes(keys: string): readonly number[] {
  return keys.split(',').map((key) => {
    const [, control] = /^ctrl-([a-z@[\\\]^_])$/i.exec(key) ?? [];
    if (control !== undefined) return control.toUpperCase().charCodeAt(0) - 64;
    if (/^[\x20-\x7e]$/.test(key)) return key.charCodeAt(0);
    throw new UserError(
      'usage',
      `invalid detach keys ${JSON.stringify(keys)}: unknown key ${JSON.stringify(key)}`,
      {
        hint: 'keys with commas between them: a letter, or ctrl- and a letter, such as ctrl-p,ctrl-q',
      },
    );
  });
}

/** Looks for the keys in what is typed. What may be their beginning is held back. */
export class DetachKeys {
  readonly #keys: readonly number[];
  #matched = 0;

  constructor(keys: readonly number[]) {
    this.#keys = keys;
  }

  /** @returns the bytes to pass on, and whether all keys were typed */
  push(bytes: Uint8Array): { readonly pass: Uint8Array; readonly detach: boolean } {
    const pass: number[] = [];
    for (const byte of bytes) {
      if (byte !== this.#keys[this.#matched]) {
        pass.push(...this.#keys.slice(0, this.#matched));
        this.#matched = 0;
      }
      if (byte !== this.#keys[this.#matched]) pass.push(byte);
      else {
        this.#matched += 1;
        if (this.#matched === this.#keys.length) return { pass: Uint8Array.from(pass), detach: true };
      }
    }
    return { pass: Uint8Array.from(pass), detach: false };
  }
}
