import { UserError } from '../../diagnostic/errors.ts';
import type { MigrateIntent } from '../../plan/intent.ts';
import type { SyncChoices } from '../../plan/operations.ts';
import { readBytes } from '../../util/bytes.ts';
import { parseNanoseconds } from '../../util/duration.ts';
import type { Options, OptionValues } from '../command.ts';
import { timeout, timeoutOf, waitTimeout } from '../commands/options.ts';

export const migrateOptions = {
  to: {
    type: 'string',
    placeholder: 'engine',
    complete: 'context',
    summary: 'The engine to move to: a context, or an address such as ssh://user@host',
  },
  from: {
    type: 'string',
    placeholder: 'engine',
    complete: 'context',
    summary: 'The engine to move from, if it is not the one that --host, --context and the environment name',
  },
  plan: {
    type: 'boolean',
    summary: 'Show the plan with sizes, times and all that stands in the way; change nothing',
  },
  'max-downtime': {
    type: 'string',
    placeholder: 'duration',
    default: '5s',
    summary: 'Stop the source only when the last copy is predicted to take no longer',
  },
  'on-exceed': {
    type: 'string',
    default: 'abort',
    choices: ['abort', 'go'],
    summary: 'What to do if the data changes too fast for --max-downtime: abort or go',
  },
  passes: { type: 'string', default: 'auto', summary: 'Copies while the source serves: a number, or auto' },
  verify: {
    type: 'string',
    default: 'changed',
    choices: ['meta', 'changed', 'full'],
    summary:
      'What is compared before the start: facts only (meta), all contents as they were sent (changed), or all read again (full)',
  },
  bwlimit: {
    type: 'string',
    placeholder: 'bytes',
    summary: 'Bytes a second while the source serves, such as 50M',
  },
  compress: {
    type: 'string',
    default: 'auto',
    choices: ['auto', 'none', 'always'],
    summary: 'Compress data on its way: where the way is slow (auto), none or always',
  },
  data: {
    type: 'string',
    default: 'auto',
    choices: ['auto', 'direct', 'relay', 'archive'],
    summary:
      'Way of the data: between the hosts (direct), through this machine (relay), or by the engines alone, after the stop (archive)',
  },
  binds: {
    type: 'string',
    default: 'error',
    choices: ['copy', 'skip', 'error'],
    summary: 'Folders of the host that services mount: copy them too, skip them, or refuse',
  },
  forward: {
    type: 'optional-string',
    placeholder: 'duration',
    summary: "Keep the source's published ports answering from the target, for that long",
  },
  'keep-source': {
    type: 'boolean',
    summary: 'Leave the source in place, stopped, until --finish (the default)',
  },
  'remove-source': {
    type: 'boolean',
    summary: 'Remove containers and volumes of the source when the target runs',
  },
  'allow-split': {
    type: 'boolean',
    summary: 'Move the named services alone, though others are tied to them',
  },
  resume: { type: 'string', placeholder: 'id', summary: 'Go on with a move that was interrupted' },
  abort: {
    type: 'string',
    placeholder: 'id',
    summary: 'Take back a move that was interrupted: the source serves again',
  },
  'discard-target': { type: 'boolean', summary: 'With --abort: give up what the target has written since' },
  finish: {
    type: 'string',
    placeholder: 'id',
    summary: "Remove the source's containers and volumes after a move",
  },
  format: { type: 'string', default: 'text', choices: ['text', 'json'], summary: 'text or json' },
  timeout,
  'wait-timeout': waitTimeout,
} as const satisfies Options;

export type MigrateValues = OptionValues<typeof migrateOptions>;

/** The wish as data; everything that makes no sense is said at once. @throws UserError */
export function wishOf(options: MigrateValues, compatibility: boolean): Omit<MigrateIntent, 'services'> {
  if (options['keep-source'] && options['remove-source']) {
    throw new UserError('usage', '--keep-source and --remove-source exclude each other');
  }
  const seconds = options['wait-timeout'];
  return {
    command: 'migrate',
    ...timeoutOf(options),
    ...(compatibility && { compatibility: true }),
    ...(seconds !== undefined && seconds > 0 && { waitTimeoutMs: seconds * 1000 }),
    ...(options['allow-split'] && { allowSplit: true }),
    binds: oneOf(options.binds, ['copy', 'skip', 'error'], 'error'),
    ...(options.data !== 'archive' && { how: choicesOf(options) }),
  };
}

/** How long `--forward` lasts, in seconds; undefined without it, 0: until `--finish`. */
export function forwardSeconds(options: MigrateValues): number | undefined {
  const forward = options.forward;
  if (forward === undefined) return undefined;
  return forward === '' ? 0 : nanoseconds('forward', forward) / 1e9;
}

function choicesOf(options: MigrateValues): SyncChoices {
  const { passes = 'auto', bwlimit } = options;
  if (passes !== 'auto' && !/^[1-9][0-9]?$/.test(passes)) {
    throw new UserError('usage', `invalid value for --passes: ${JSON.stringify(passes)}`, {
      hint: 'auto, or a number from 1 on',
    });
  }
  const bandwidth = bwlimit === undefined ? undefined : readBytes(bwlimit);
  if (bwlimit !== undefined && (bandwidth === undefined || bandwidth <= 0)) {
    throw new UserError('usage', `invalid value for --bwlimit: ${JSON.stringify(bwlimit)}`, {
      hint: 'bytes a second, such as 50M',
    });
  }
  return {
    id: '',
    maxDowntimeMs: nanoseconds('max-downtime', options['max-downtime'] ?? '5s') / 1e6,
    onExceed: oneOf(options['on-exceed'], ['abort', 'go'], 'abort'),
    verify: oneOf(options.verify, ['meta', 'changed', 'full'], 'changed'),
    compress: oneOf(options.compress, ['auto', 'none', 'always'], 'auto'),
    data: oneOf(options.data, ['auto', 'direct', 'relay'], 'auto'),
    ...(passes !== 'auto' && { passes: Number(passes) }),
    ...(bandwidth !== undefined && { bandwidth }),
  };
}

function nanoseconds(option: string, text: string): number {
  const value = parseNanoseconds(/^\d+$/.test(text) ? `${text}s` : text);
  if (value !== undefined && value >= 0n) return Number(value);
  throw new UserError('usage', `invalid value for --${option}: ${JSON.stringify(text)}`, {
    hint: 'a duration such as 5s or 1m30s',
  });
}

function oneOf<T extends string>(value: string | undefined, known: readonly T[], fallback: T): T {
  return known.find((one) => one === value) ?? fallback;
}
