import type { Command } from './command.ts';

export interface CommandEntry {
  readonly summary: string;
  /** Loads only this command's code. */
  readonly load: () => Promise<Command>;
}

/** Every command by name. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  down: {
    summary: 'Stop and remove containers and networks',
    load: async () => (await import('./commands/down.ts')).down,
  },
  kill: {
    summary: 'Send a signal to services, SIGKILL by default',
    load: async () => (await import('./commands/kill.ts')).kill,
  },
  pause: {
    summary: 'Pause services: their processes are frozen',
    load: async () => (await import('./commands/pause.ts')).pause,
  },
  restart: {
    summary: 'Restart services',
    load: async () => (await import('./commands/restart.ts')).restart,
  },
  rm: {
    summary: 'Remove stopped containers of services',
    load: async () => (await import('./commands/rm.ts')).rm,
  },
  start: {
    summary: 'Start services whose containers exist',
    load: async () => (await import('./commands/start.ts')).start,
  },
  stop: {
    summary: 'Stop services',
    load: async () => (await import('./commands/stop.ts')).stop,
  },
  unpause: {
    summary: 'Let paused services go on',
    load: async () => (await import('./commands/unpause.ts')).unpause,
  },
  version: {
    summary: 'Print the version',
    load: async () => (await import('./commands/version.ts')).version,
  },
};
