import { UserError } from '../diagnostic/errors.ts';
import type { OptionValues, Terminal } from './command.ts';
import type { globalOptions } from './globalOptions.ts';
import type { RawValue } from './parse.ts';

export type Global = OptionValues<typeof globalOptions>;

/** Variables that stand for an option that is not given. The loader reads the others (COMPOSE_FILE, …) itself. */
const variables = {
  ansi: 'COMPOSE_ANSI',
  progress: 'COMPOSE_PROGRESS',
  diagnostics: 'TSCOMPOSE_DIAGNOSTICS',
  grace: 'TSCOMPOSE_GRACE',
  health: 'TSCOMPOSE_HEALTH',
  parallel: 'COMPOSE_PARALLEL_LIMIT',
  'lock-timeout': 'TSCOMPOSE_LOCK_TIMEOUT',
  'pull-retries': 'TSCOMPOSE_PULL_RETRIES',
  compatibility: 'COMPOSE_COMPATIBILITY',
  'dry-run': 'COMPOSE_DRY_RUN',
  locked: 'TSCOMPOSE_LOCKED',
} as const;

const progressModes = ['auto', 'tty', 'plain', 'json', 'quiet', 'none'];

/**
 * The global options as they count: given ones, else those of the environment.
 * @param given values by name; only what stood on the command line
 * @throws UserError for a value that makes no sense
 */
export function settleGlobal(
  given: Readonly<Record<string, RawValue>>,
  environment: Terminal['environment'],
): Global {
  const values: Record<string, RawValue> = { ...given };
  for (const [name, variable] of Object.entries(variables)) {
    const text = environment[variable];
    if (name in values || text === undefined || text === '') continue;
    values[name] = fromText(name, variable, text);
  }
  values['ansi'] ??= values['no-ansi'] === true ? 'never' : 'auto';
  values['project-directory'] ??= values['workdir'] ?? '';
  if (values['project-directory'] === '') delete values['project-directory'];
  // A word that nobody knows counts as auto, as in docker compose: scripts rely on it.
  if (!['never', 'always'].includes(String(values['ansi']))) values['ansi'] = 'auto';
  const { ansi, progress } = values;
  oneOf(values, 'grace', ['smart', 'always']);
  oneOf(values, 'health', ['eager', 'engine']);
  oneOf(values, 'diagnostics', ['text', 'json', 'github', 'sarif']);
  if (progress !== undefined && !progressModes.includes(String(progress))) {
    throw new UserError('usage', `unsupported --progress value ${JSON.stringify(progress)}`, {
      hint: `one of ${progressModes.slice(0, 5).join(', ')}`,
    });
  }
  if ((progress === 'tty' && ansi === 'never') || (progress === 'plain' && ansi === 'always')) {
    throw new UserError('usage', `--progress ${progress} can't be used with --ansi ${ansi}`);
  }
  return values as Global;
}

/** The first of the values is the default. */
function oneOf(values: Record<string, RawValue>, name: string, known: readonly [string, ...string[]]): void {
  values[name] ??= known[0];
  const value = values[name];
  if (known.includes(String(value))) return;
  throw new UserError('usage', `unsupported --${name} value ${JSON.stringify(value)}`, {
    hint: known.join(' or '),
  });
}

function fromText(name: string, variable: string, text: string): RawValue {
  if (['parallel', 'pull-retries', 'lock-timeout'].includes(name)) {
    if (/^[+-]?\d+$/.test(text)) return Number(text);
    throw new UserError('usage', `${variable} must be an integer, not ${JSON.stringify(text)}`);
  }
  if (name === 'compatibility' || name === 'dry-run' || name === 'locked') return isTrue(text);
  return text;
}

/** How variables say yes. */
export function isTrue(text: string): boolean {
  return /^(1|t|true|y|yes|on)$/i.test(text);
}
