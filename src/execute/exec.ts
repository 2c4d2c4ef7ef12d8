import type { Engine, ExecOptions } from '../engine/engine.ts';

/** How a command in a container ended. */
export interface Ended {
  /** -1: the engine does not know. */
  readonly exitCode: number;
  /** The end of what it printed. */
  readonly tail: string;
}

/** Characters of output that are kept. */
const most = 2000;

/** Runs a command in a running container and waits for its end. @throws EngineError if it can't be run */
export async function runIn(
  engine: Engine,
  id: string,
  options: Omit<ExecOptions, 'tty' | 'stdin'>,
  output: (text: string, stream: 'stdout' | 'stderr') => void = () => {},
): Promise<Ended> {
  const exec = await engine.createExec(id, { ...options, tty: false, stdin: false });
  const attachment = await engine.startExec(exec, { tty: false, stdin: false });
  let tail = '';
  for (const stream of ['stdout', 'stderr'] as const) {
    attachment[stream].on('data', (chunk: Buffer) => {
      const text = chunk.toString('utf8');
      tail = (tail + text).slice(-most);
      output(text, stream);
    });
  }
  await attachment.ended;
  const { exitCode } = await engine.inspectExec(exec);
  return { exitCode: exitCode ?? -1, tail: tail.trim() };
}
