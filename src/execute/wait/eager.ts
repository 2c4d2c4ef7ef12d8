import type { Engine } from '../../engine/engine.ts';
import type { HealthcheckBody } from '../../model/bodies.ts';
import { anyOf, orCancelled, sleep } from '../cancel.ts';

/** The result of one run of a container's own check. */
export interface Probe {
  /** undefined: it did not end in its time. */
  readonly exitCode: number | undefined;
  readonly output: string;
}

const defaultTimeout = 30_000;
const keptOutput = 4096;

/** Milliseconds between two of our own probes. Each exec costs Podman processes that stay for minutes. */
const pace = {
  docker: { first: 50, factor: 1.5, longest: 1000 },
  podman: { first: 100, factor: 2, longest: 5000 },
} as const;

/**
 * The command of a health check as a process is started with; undefined if there is no check.
 * @param shell the image's, for `CMD-SHELL`
 */
export function probeCommand(
  check: HealthcheckBody | undefined,
  shell: readonly string[] = ['/bin/sh', '-c'],
): readonly string[] | undefined {
  const [kind, ...words] = check?.Test ?? [];
  if (kind === 'CMD' && words.length > 0) return words;
  if (kind === 'CMD-SHELL' && words[0] !== undefined) return [...shell, words[0]];
  return undefined;
}

/** Runs the check of a container once, as the engine would. */
export async function probe(
  engine: Engine,
  id: string,
  command: readonly string[],
  check: HealthcheckBody,
  signal: AbortSignal,
): Promise<Probe> {
  const exec = await engine.createExec(id, { command, tty: false, stdin: false });
  const attachment = await engine.startExec(exec, { tty: false, stdin: false });
  let output = '';
  const keep = (chunk: Buffer) => {
    if (output.length < keptOutput) output += chunk.toString('utf8');
  };
  attachment.stdout.on('data', keep);
  attachment.stderr.on('data', keep);
  const timeout = (check.Timeout ?? 0) > 0 ? check.Timeout! / 1e6 : defaultTimeout;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeout);
  try {
    await orCancelled(attachment.ended, anyOf(signal, late.signal));
    return { exitCode: (await engine.inspectExec(exec)).exitCode, output };
  } catch (error) {
    if (late.signal.aborted && !signal.aborted) return { exitCode: undefined, output };
    throw error;
  } finally {
    clearTimeout(timer);
    attachment.close();
  }
}

/** Runs the check again and again until it passes; tells of each run. Rejects only when cancelled. */
export async function probeUntilHealthy(
  engine: Engine,
  id: string,
  command: readonly string[],
  check: HealthcheckBody,
  signal: AbortSignal,
  failed: (probe: Probe, count: number) => void,
): Promise<void> {
  const { first, factor, longest } = pace[engine.facts.kind];
  let pause: number = first;
  for (let count = 1; ; count++) {
    const result = await probe(engine, id, command, check, signal).catch((error: unknown): Probe => {
      if (signal.aborted) throw error;
      // The container may not run at this moment: its events tell what becomes of it.
      return { exitCode: undefined, output: error instanceof Error ? error.message : String(error) };
    });
    if (result.exitCode === 0) return;
    failed(result, count);
    await sleep(pause, signal);
    pause = Math.min(pause * factor, longest);
  }
}
