import type { Engine, LogOptions } from '../../engine/engine.ts';
import { type LinePrinter, LineSplitter } from './printer.ts';

export interface LogSource {
  readonly id: string;
  /** As the prefix shows it. */
  readonly name: string;
}

/** Prints a container's log until it ends: at once, or with `follow` when the container stops. */
export async function printLog(
  engine: Engine,
  source: LogSource,
  printer: LinePrinter,
  options: LogOptions,
): Promise<void> {
  const splitters = {
    stdout: new LineSplitter((line) => printer.line(source.name, 'stdout', line)),
    stderr: new LineSplitter((line) => printer.line(source.name, 'stderr', line)),
  };
  try {
    for await (const chunk of engine.logs(source.id, { stdout: true, stderr: true, ...options })) {
      splitters[chunk.stream].push(chunk.data);
    }
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
  } finally {
    splitters.stdout.end();
    splitters.stderr.end();
  }
}
