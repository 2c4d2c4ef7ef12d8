import { UserError } from '../../diagnostic/errors.ts';
import type { UpIntent } from '../../plan/intent.ts';
import type { Options, OptionValues } from '../command.ts';
import { forceForeign, removeOrphans, timeout } from '../commands/options.ts';
import type { Global } from '../global.ts';
import { keepOptions } from '../volume/keep.ts';

const policies = ['always', 'missing', 'never', 'build', 'prefer-local', 'policy'];

/** Options of `up`, `create` and `plan`. */
export const makingOptions = {
  build: { type: 'boolean', summary: 'Build images first, even if there are some' },
  'force-recreate': { type: 'boolean', summary: 'Make containers anew even if nothing has changed' },
  'no-build': { type: 'boolean', summary: 'Never build an image' },
  'no-recreate': { type: 'boolean', summary: 'Keep containers that exist, even if they have changed' },
  pull: {
    type: 'string',
    default: 'policy',
    choices: policies,
    summary:
      'When to pull images: always, missing, never, build, always but use what is there if that fails (prefer-local), or as the files say (policy)',
  },
  'force-foreign': forceForeign,
  ...keepOptions,
  'recreate-volumes': {
    type: 'boolean',
    summary:
      'Make volumes whose driver or options have changed anew without their content, which a snapshot keeps',
  },
  'remove-orphans': removeOrphans,
  scale: { type: 'strings', summary: 'Number of containers of a service: SERVICE=NUMBER' },
  yes: { short: 'y', type: 'boolean', aliases: ['y'], summary: 'Answer every question with yes' },
} as const satisfies Options;

/** Options of `up` and `plan`. */
export const upOptions = {
  'always-recreate-deps': {
    type: 'boolean',
    summary: 'Make dependencies anew too; only together with --force-recreate or a change',
  },
  'no-gap': {
    type: 'boolean',
    summary: 'Refuse what would close a published port for a moment to give it to a forwarder',
  },
  'no-deps': { type: 'boolean', summary: "Don't start services that the named ones depend on" },
  'no-start': { type: 'boolean', summary: 'Create containers and start none' },
  'renew-anon-volumes': {
    short: 'V',
    type: 'boolean',
    summary: 'New anonymous volumes instead of those of the containers before',
  },
  timeout,
} as const satisfies Options;

type Making = OptionValues<typeof makingOptions>;

/** The part of the intent that follows from these options. @throws UserError for options that exclude each other */
export function makingIntent(
  options: Making,
  global: Global,
): Omit<UpIntent, 'command' | 'services' | 'start'> {
  if (options.build && options['no-build']) throw excluded('--build', '--no-build');
  if (options['force-recreate'] && options['no-recreate'])
    throw excluded('--force-recreate', '--no-recreate');
  const scale = Object.fromEntries(options.scale.map(scaleOf));
  return {
    ...(options.build && { build: true }),
    ...(options['no-build'] && { noBuild: true }),
    ...(options['force-recreate'] && { forceRecreate: true }),
    ...(options['no-recreate'] && { noRecreate: true }),
    ...(options.pull !== undefined && options.pull !== 'policy' && { pull: options.pull }),
    ...(Object.keys(scale).length > 0 && { scale }),
    ...(options['recreate-volumes'] && { recreateVolumes: true }),
    ...(global.compatibility && { compatibility: true }),
    ...(global['all-resources'] && { allResources: true }),
  };
}

export function upIntent(options: OptionValues<typeof upOptions>): Partial<UpIntent> {
  return {
    ...(options['always-recreate-deps'] && { alwaysRecreateDeps: true }),
    ...(options['no-gap'] && { noGap: true }),
    ...(options['no-deps'] && { noDeps: true }),
    ...(options['renew-anon-volumes'] && { renewAnonVolumes: true }),
    ...(options.timeout !== undefined && { timeout: options.timeout }),
  };
}

export function excluded(one: string, other: string): UserError {
  return new UserError('usage', `${one} and ${other} are incompatible`, { hint: 'leave one of them out' });
}

/** @throws UserError unless the text is SERVICE=NUMBER */
export function scaleOf(text: string): [service: string, number: number] {
  const [, service, number] = /^([^=]+)=(-?\d+)$/.exec(text) ?? [];
  if (service === undefined || number === undefined) {
    throw new UserError('usage', `invalid scale specifier: ${text}`, {
      hint: 'SERVICE=NUMBER, for example web=3',
    });
  }
  return [service, Math.max(0, Number(number))];
}
