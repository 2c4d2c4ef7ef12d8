import { text } from 'node:stream/consumers';
import { UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { isObject } from '../../util/json.ts';

/** What a forwarder tells of itself (helper/forward). */
export interface ForwarderStatus {
  readonly protocol: number;
  /** Digest of the helper that it runs; those of former versions don't tell. */
  readonly program?: string;
  readonly generation: number;
  readonly backends: readonly { readonly host: string; readonly use: 'all' | 'spare' | 'none' }[];
  /** Connections by backend. */
  readonly open: Readonly<Record<string, number>>;
}

/** The protocol that this program speaks. */
const spoken = 1;

/** Exit code of the helper when the table is not the one that was expected. */
const otherGeneration = 3;

/**
 * Asks a forwarder through `exec`.
 * @returns undefined if its table is another generation's than the last word says
 * @throws UserError with what it says if it refuses
 */
export async function askForwarder(
  engine: Engine,
  forwarder: { readonly id: string; readonly name: string },
  words: readonly string[],
): Promise<ForwarderStatus | undefined> {
  const { code, output, error } = await callForwarder(engine, forwarder.id, words);
  if (code === otherGeneration) return undefined;
  const status = code === 0 ? parse(output) : undefined;
  if (status === undefined) throw refused(forwarder.name, error || output);
  if (status.protocol !== spoken) {
    throw refused(forwarder.name, `it speaks protocol ${status.protocol}, not ${spoken}`);
  }
  return status;
}

/** Runs a subcommand of the helper in a forwarder's container. */
export async function callForwarder(
  engine: Engine,
  id: string,
  words: readonly string[],
): Promise<{ readonly code: number | undefined; readonly output: string; readonly error: string }> {
  const exec = await engine.createExec(id, {
    ...{ command: ['/helper', 'forward', ...words], tty: false, stdin: false },
  });
  const attachment = await engine.startExec(exec, { tty: false, stdin: false });
  const [output, error] = await Promise.all([text(attachment.stdout), text(attachment.stderr)]);
  await attachment.ended;
  const { exitCode } = await engine.inspectExec(exec);
  return { code: exitCode, output, error: error.trim() };
}

function refused(name: string, why: string): UserError {
  return new UserError('forwarder', `forwarder ${name} did not do as it was told: ${why}`, {
    hint: `restart container ${name}, or remove it and bring the project up again`,
  });
}

function parse(output: string): ForwarderStatus | undefined {
  try {
    const value: unknown = JSON.parse(output);
    if (!isObject(value) || !isObject(value['table']) || !isObject(value['open'])) return undefined;
    const { backends } = value['table'];
    return {
      protocol: Number(value['protocol']),
      ...(typeof value['program'] === 'string' && { program: value['program'] }),
      generation: Number(value['generation']),
      backends: Array.isArray(backends) ? backends.filter(isBackend) : [],
      open: Object.fromEntries(Object.entries(value['open']).map(([host, n]) => [host, Number(n)])),
    };
  } catch {
    return undefined;
  }
}

function isBackend(value: unknown): value is ForwarderStatus['backends'][number] {
  if (!isObject(value) || typeof value['host'] !== 'string') return false;
  return ['all', 'spare', 'none'].includes(String(value['use']));
}
