import type { PlannedRequest } from '../../plan/plan.ts';
import type { Options } from '../command.ts';
import { globalOptions } from '../globalOptions.ts';
import type { RawValue } from '../parse.ts';

type Values = Readonly<Record<string, RawValue>>;

/** Global options that have no say in what a plan holds: how things look, and what becomes of the plan. */
const notPlanned = ['ansi', 'no-ansi', 'debug', 'log-level', 'dry-run', 'progress', 'version'];

/** The values that were given: those that the parser filled in are left out. */
export function givenValues(options: Options, values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) => value !== options[name]?.default && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/** What has to be kept of a command line so that a plan can be made again. */
export function requestOf(
  options: Options,
  values: Values,
  global: Readonly<Record<string, RawValue | undefined>>,
  args: readonly string[],
): PlannedRequest {
  const present = Object.entries(global).flatMap(([name, value]) =>
    value === undefined || notPlanned.includes(name) ? [] : [[name, value] as const],
  );
  const lasting = givenValues(globalOptions, Object.fromEntries(present));
  return { options: givenValues(options, values), global: lasting, args };
}
