import type { OpenProgress } from './choose.ts';

/** Characters of a build's output that are kept: its end says what went wrong. */
const most = 64 * 1024;

/** A view that keeps what builds print to itself. */
export interface QuietBuilds {
  readonly progress: OpenProgress;
  /** What they printed, or its end. */
  readonly kept: () => string;
}

export function quietBuilds(progress: OpenProgress): QuietBuilds {
  let kept = '';
  const output: OpenProgress['output'] = (source, text) => {
    if (source.kind === 'build') kept = (kept + text).slice(-most);
    else progress.output(source, text);
  };
  return { progress: { ...progress, output }, kept: () => kept };
}
