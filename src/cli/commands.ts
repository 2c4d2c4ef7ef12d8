import type { Command } from './command.ts';

export interface CommandEntry {
  readonly summary: string;
  /** Loads only this command's code. */
  readonly load: () => Promise<Command>;
}

/** Every command by name. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  version: {
    summary: 'Print the version',
    load: async () => (await import('./commands/version.ts')).version,
  },
};
