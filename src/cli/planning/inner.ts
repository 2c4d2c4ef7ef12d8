import type { Command } from '../command.ts';
import type { RawValue } from '../parse.ts';

/** The command that `plan` is asked about, as its words say. */
export interface Inner {
  readonly command: Command;
  readonly values: Readonly<Record<string, RawValue>>;
}
