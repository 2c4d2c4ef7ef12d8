import type { Option } from '../command.ts';

/** Options that several commands have. */
export const timeout = {
  short: 't',
  type: 'number',
  placeholder: 'int',
  summary: "Seconds to wait for a clean end before a kill (default: the container's own)",
} as const satisfies Option;

export function timeoutOf(options: { readonly timeout: number | undefined }): { timeout?: number } {
  return options.timeout === undefined ? {} : { timeout: options.timeout };
}

export const removeOrphans = {
  type: 'boolean',
  summary: 'Remove containers of services that the compose files no longer have',
} as const satisfies Option;

export const quietBuild = {
  type: 'boolean',
  summary: 'No output of builds, unless one fails',
} as const satisfies Option;

export const quietPull = {
  type: 'boolean',
  summary: 'No progress of layers while images are pulled',
} as const satisfies Option;

export const wait = {
  type: 'boolean',
  summary: 'Wait until services run, and are healthy if they have a check',
} as const satisfies Option;

export const waitTimeout = {
  type: 'number',
  placeholder: 'int',
  summary: 'Longest wait in seconds',
} as const satisfies Option;

export function waitOf(options: {
  readonly wait: boolean | undefined;
  readonly 'wait-timeout': number | undefined;
}): { wait?: boolean; waitTimeoutMs?: number } {
  const seconds = options['wait-timeout'];
  return {
    ...(options.wait && { wait: true }),
    ...(seconds !== undefined && seconds > 0 && { waitTimeoutMs: seconds * 1000 }),
  };
}

export const index = {
  type: 'number',
  summary: 'Number of the container, if the service has several',
} as const satisfies Option;
