import type { OpenProgress } from '../progress/choose.ts';
import type { Context } from './session.ts';

/** The progress view that the options and the terminal ask for. */
export async function openOutput(
  { global, terminal }: Context,
  options: { readonly command: string; readonly quiet?: boolean },
): Promise<OpenProgress> {
  const { openProgress } = await import('../progress/choose.ts');
  const progress = options.quiet ? 'quiet' : global.progress;
  return openProgress({ progress, ansi: global.ansi, command: options.command }, terminal);
}
