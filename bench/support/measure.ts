/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a figure beside its target. @returns whether it is met */
export function verdict(what: string, value: number, target: number, unit: string): boolean {
  const met = value <= target;
  say(`${met ? 'ok  ' : 'MISS'} ${what}: ${value.toFixed(2)}${unit} (target ${target}${unit})`);
  return met;
}

/** The engine to measure on. @throws Error without DOCKER_HOST */
export function hostToMeasure(): string {
  const host = process.env['DOCKER_HOST'];
  if (host === undefined || !host.startsWith('unix://'))
    throw new Error('set DOCKER_HOST to a unix:// address');
  return host;
}
