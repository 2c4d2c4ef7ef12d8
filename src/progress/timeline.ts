import type { Timeline } from '../execute/timeline.ts';

/** The critical path as lines: when each step began, how long it took, and the sums by phase. */
export function timelineLines({ milliseconds, path, phases }: Timeline): string[] {
  const shown = (value: number) => `${value} ms`;
  const width = Math.max(
    7,
    ...path.flatMap(({ start, milliseconds: long }) => [start, long]).map((n) => shown(n).length),
  );
  const phaseWidth = Math.max(...path.map(({ phase }) => phase.length));
  return [
    `Critical path: ${shown(milliseconds)}`,
    ...path.map(
      ({ start, milliseconds: long, phase, text }) =>
        `  ${shown(start).padStart(width)}  +${shown(long).padEnd(width)}  ${phase.padEnd(phaseWidth)}  ${text}`,
    ),
    `By phase: ${phases.map(({ phase, milliseconds: long }) => `${phase} ${shown(long)}`).join(', ')}`,
  ];
}
