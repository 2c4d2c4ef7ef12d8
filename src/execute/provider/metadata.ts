import { execFile } from 'node:child_process';
import type { StringMap } from '../../model/scalars.ts';

export interface ProviderEnvironment {
  readonly environment: StringMap;
  readonly workingDir: string | undefined;
  readonly signal: AbortSignal;
}

/** Names of the options that a provider says it takes for an action; undefined if it does not describe it. */
export function parametersOf(
  program: string,
  action: string,
  { environment, workingDir, signal }: ProviderEnvironment,
): Promise<readonly string[] | undefined> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...environment }, cwd: workingDir, signal, timeout: 10_000 };
    execFile(program, ['compose', 'metadata'], options, (error, stdout) => {
      resolve(error === null ? readParameters(stdout, action) : undefined);
    });
  });
}

/** Reads the answer of `compose metadata`; what is not as described counts as no description. */
export function readParameters(text: string, action: string): readonly string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const described = member(value, action);
  if (described === undefined) return undefined;
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
