import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ProviderEnvironment } from './metadata.ts';

export interface Conversation extends ProviderEnvironment {
  readonly info: (text: string) => void;
  /** Canonical JSON of the service, one line. */
  readonly serviceConfig: () => string | undefined;
}

/** What a provider said until it ended. */
export interface Answer {
  /** Variables that get the service's name in front. */
  readonly prefixed: Readonly<Record<string, string>>;
  readonly raw: Readonly<Record<string, string>>;
  /** Why it failed; undefined if it did not. */
  readonly error: string | undefined;
}

/**
 * Runs a provider and reads its messages: one JSON object a line, `{"type": …, "message": …}`, with the types
 * info, error, setenv, rawsetenv, debug and get-service-config (answered on its standard input).
 */
export function talk(program: string, args: readonly string[], conversation: Conversation): Promise<Answer> {
  const { environment, workingDir, signal, info, serviceConfig } = conversation;
  const child = spawn(program, args, {
    env: { ...process.env, ...environment },
    cwd: workingDir,
    stdio: ['pipe', 'pipe', 'pipe'],
    signal,
  });
  const prefixed: Record<string, string> = {};
  const raw: Record<string, string> = {};
  let failure: string | undefined;
  let complaint = '';
  child.stdin.on('error', () => {
    // It ended without reading the answer: its exit code tells the rest.
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-1000);
  });
  const fail = (text: string) => {
    failure ??= text;
  };
  const keep = (variables: Record<string, string>, text: string): void => {
    const at = text.indexOf('=');
    if (at < 1) fail(`invalid response from provider: ${text.slice(0, 200)}`);
    else variables[text.slice(0, at)] = text.slice(at + 1);
  };
  const actions: Readonly<Record<string, (text: string) => void>> = {
    info: (text) => info(text.split('\n')[0] ?? ''),
    error: fail,
    debug: () => {},
    setenv: (text) => keep(prefixed, text),
    rawsetenv: (text) => keep(raw, text),
    'get-service-config': () => {
      child.stdin.write(`${serviceConfig() ?? '{}'}\n`);
    },
  };
  const take = (line: string): void => {
    const message = readMessage(line);
    const act = message && actions[message.type];
    if (act === undefined) fail(`invalid response from provider: ${line.slice(0, 200)}`);
    else act(message?.message ?? '');
  };
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (line.trim() !== '') take(line);
  });
  const read = new Promise<void>((resolve) => lines.once('close', resolve));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(error));
    child.once('close', (code, killedBy) => {
      const words = complaint.trim();
      read
        .then(() => {
          if (code !== 0) fail(words || `exit ${code ?? killedBy}`);
          resolve({ prefixed, raw, error: failure });
        })
        .catch(reject);
    });
  });
}

function readMessage(line: string): { readonly type: string; readonly message: string } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  const { type } = value;
  const message = 'message' in value ? value.message : '';
  return typeof type === 'string' && typeof message === 'string' ? { type, message } : undefined;
}
