import { UserError } from '../../diagnostic/errors.ts';
import type { Option } from '../command.ts';
import { isTrue } from '../global.ts';

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

export const forceForeign = {
  type: 'boolean',
  summary: 'With --remove-orphans: also those that other compose files with the same project name made',
} as const satisfies Option;

export const quietBuild = {
  type: 'boolean',
  summary: 'No output of builds, unless one fails',
} as const satisfies Option;

export const quietPull = {
  type: 'boolean',
  summary: 'No progress of layers while images are pulled',
} as const satisfies Option;

/**
 * What is to happen to orphans: the option, or the variables that stand for it (`.env` included).
 * @throws UserError if they are to be removed and not to be seen
 */
export function orphansOf(
  options: {
    readonly 'remove-orphans': boolean | undefined;
    readonly 'force-foreign'?: boolean | undefined;
  },
  environment: Readonly<Record<string, string>>,
): { removeOrphans?: true; forceForeign?: true; ignoreOrphans?: true } {
  const isSet = (name: string) => isTrue(environment[name] ?? '');
  const remove = options['remove-orphans'] ?? isSet('COMPOSE_REMOVE_ORPHANS');
  const ignore = isSet('COMPOSE_IGNORE_ORPHANS');
  if (remove && ignore) {
    throw new UserError('usage', '--remove-orphans and COMPOSE_IGNORE_ORPHANS are incompatible', {
      hint: 'leave one of them out',
    });
  }
  if (options['force-foreign'] && !remove) {
    throw new UserError('usage', '--force-foreign says which orphans --remove-orphans takes', {
      hint: 'give both',
    });
  }
  return {
    ...(remove && { removeOrphans: true }),
    ...(options['force-foreign'] && { forceForeign: true }),
    ...(ignore && { ignoreOrphans: true }),
  };
}

export const prune = {
  type: 'string',
  choices: ['superseded'],
  summary:
    'Afterwards remove images that the project replaced earlier; the ones before these stay (superseded)',
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
