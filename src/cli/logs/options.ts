import { UserError } from '../../diagnostic/errors.ts';
import { wantsColor } from '../problems.ts';
import type { Context } from '../session.ts';
import { type Level, levelOf, levels } from './level.ts';
import type { ViewWish } from './view.ts';

/** @throws UserError unless it is a number or `all` */
export function tailOf(text: string | undefined): number | 'all' {
  if (text === undefined || text === 'all') return 'all';
  if (/^\d+$/.test(text)) return Number(text);
  throw new UserError('usage', `invalid value for --tail: ${JSON.stringify(text)}`, {
    hint: 'a number or all',
  });
}

/** @throws UserError for a pattern that is no regular expression */
export function grepOf(text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    // As in other tools: a pattern in small letters finds capitals too.
    return new RegExp(text, text === text.toLowerCase() ? 'iu' : 'u');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError('usage', `invalid value for --grep: ${why}`, { hint: 'a regular expression' });
  }
}

/** @throws UserError for a word that is no level */
export function wantedLevel(text: string | undefined): Level | undefined {
  if (text === undefined) return undefined;
  const level = levelOf(text);
  if (level !== undefined) return level;
  throw new UserError('usage', `invalid value for --level: ${JSON.stringify(text)}`, {
    hint: `one of ${levels.join(', ')}`,
  });
}

/** How lines look, from options that `logs` and `up` share. */
export function lookOf(
  { global, terminal }: Context,
  options: {
    readonly 'no-color': boolean | undefined;
    readonly 'no-log-prefix': boolean | undefined;
    readonly timestamps: boolean | undefined;
  },
): Pick<ViewWish, 'prefix' | 'color' | 'timestamps'> {
  const { stdout, environment } = terminal;
  return {
    prefix: options['no-log-prefix'] !== true,
    color:
      options['no-color'] !== true && wantsColor(global.ansi ?? 'auto', stdout.isTTY === true, environment),
    timestamps: options.timestamps === true,
  };
}
