import { execFile } from 'node:child_process';
import type { StringMap } from '../../model/scalars.ts';

export interface ProviderEnvironment {
  readonly environment: StringMap;
  readonly workingDir: string | undefined;
  readonly signal: AbortSignal;
}

/** What a provider says of one of its actions. */
export interface Description {
  readonly action: boolean;
  /** Names of the options that it takes; undefined: it describes none at all, and gets all. */
  readonly options: readonly string[] | undefined;
}

const silent: Description = { action: false, options: undefined };

/** Asks a provider for its description of an action. */
export function descriptionOf(
  program: string,
  action: string,
  { environment, workingDir, signal }: ProviderEnvironment,
): Promise<Description> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...environment }, cwd: workingDir, signal, timeout: 10_000 };
    execFile(program, ['compose', 'metadata'], options, (error, stdout) => {
      resolve(error === null ? readDescription(stdout, action) : silent);
    });
  });
}

/** Reads the answer of `compose metadata`; what is not as described counts as no description. */
export function readDescription(text: string, action: string): Description {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return silent;
  }
  const described = member(value, action);
  const known = described !== undefined && described !== null;
  const nothing =
    !member(value, 'description') &&
    ['up', 'down'].every((one) => !Array.isArray(member(member(value, one), 'parameters')));
  return { action: known, options: nothing ? undefined : namesIn(described) };
}

function namesIn(described: unknown): readonly string[] {
  const list = member(described, 'parameters');
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: unknown) => {
    const name = member(one, 'name');
    return typeof name === 'string' ? [name] : [];
  });
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([k]) => k === key)?.[1]
    : undefined;
}
