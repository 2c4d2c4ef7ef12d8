import { chooseMode, type OpenProgress, openProgress, type ProgressMode } from '../progress/choose.ts';
import { jsonLines } from '../progress/json.ts';
import type { Context } from './session.ts';

/** The progress view that the options and the terminal ask for. */
export function openOutput(
  { global, terminal }: Context,
  options: { readonly command: string; readonly quiet?: boolean },
): Promise<OpenProgress> {
  const progress = options.quiet ? 'quiet' : global.progress;
  return openProgress({ progress, ansi: global.ansi, command: options.command }, terminal);
}

function modeOf({ global, terminal }: Context): ProgressMode {
  return chooseMode({ progress: global.progress, ansi: global.ansi }, terminal);
}

/** True if progress is a picture on the terminal, which other output would tear. */
export function drawsProgress(context: Context): boolean {
  return modeOf(context) === 'tty';
}

/** A line of progress about the command itself: ` Compose Stopping …`. */
export function tellCompose(context: Context, text: string, details: string): void {
  const { stderr } = context.terminal;
  const event = {
    type: 'resource',
    time: Date.now(),
    id: 'Compose',
    status: 'Working',
    text,
    details,
  } as const;
  const mode = modeOf(context);
  if (mode === 'quiet') return;
  if (mode === 'json') stderr.write(`${JSON.stringify(jsonLines()(event))}\n`);
  else stderr.write(` Compose ${text} ${details}\n`);
}
