import { exitCode } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Outcome, Target } from '../../pipeline.ts';
import type { Plan } from '../../plan/plan.ts';
import { deferred } from '../../util/deferred.ts';
import { isWatchable } from '../../watch/triggers.ts';
import type { Change } from '../change.ts';
import { type LogView, openLogView, type ViewWish } from '../logs/view.ts';
import { drawsProgress, tellCompose } from '../progress.ts';
import type { Context } from '../session.ts';
import type { OpenWish } from '../watch/open.ts';
import type { WatchControl } from '../watch/switch.ts';
import { Attached, type AttachWish, type Ended } from './attach.ts';
import { Gate } from './gate.ts';
import { hookLines } from './hook-lines.ts';
import { keyboardOf, Menu, type MenuItem } from './menu.ts';
import { namesAfter } from './services.ts';
import { type StopWish, stopAll } from './stop.ts';
import { projectTable } from './view.ts';

/** What is to be watched, and how. */
export interface WatchChoices extends Pick<OpenWish, 'project' | 'began' | 'noBuild' | 'quiet' | 'scale'> {
  /** From the beginning; else when the key asks for it. */
  readonly atOnce: boolean;
}

export interface ForegroundWish
  extends Pick<AttachWish, 'shown' | 'watched' | 'counted' | 'until'>,
    StopWish {
  readonly look: Pick<ViewWish, 'prefix' | 'color' | 'timestamps'>;
  /** The service whose exit code is ours. */
  readonly exitFrom: string | undefined;
  readonly menu: boolean;
  readonly watch: WatchChoices;
  /** Creates and starts everything; tells each plan that it makes. */
  readonly bring: (
    planned: (plan: Plan) => void,
    telling: Required<Pick<Change, 'hookOutput' | 'beforeStart'>>,
  ) => Promise<Outcome>;
}

/** An attached `up`: brings services up, shows their logs, and stops them in the end. */
export async function runForeground(
  context: Context,
  engine: Engine,
  target: Target,
  wish: ForegroundWish,
): Promise<number> {
  const { terminal, signal } = context;
  const gate = new Gate();
  const detached = deferred<'detached'>();
  const keyboard = wish.menu ? keyboardOf(terminal) : undefined;
  const items = menuItems(
    () => watching,
    () => detached.resolve('detached'),
    async () => {
      view.say(await projectTable(engine, target.name, terminal.stdout.columns));
    },
  );
  const menu = keyboard === undefined ? undefined : new Menu(terminal.stdout, keyboard, items);
  const view = openLogView(terminal, { ...wish.look, split: true }, menu);
  const hookOutput = hookLines(view, gate, { project: target.name, shown: wish.shown });
  const watching = await watchControl(context, engine, view, wish.watch);
  let plan: Plan | undefined;
  const drawn = drawsProgress(context);
  const attached = await Attached.open(engine, view, {
    ...{ project: target.name, shown: wish.shown, watched: wish.watched, counted: wish.counted, gate },
    until: wish.until,
    names: () => (plan === undefined ? [] : namesAfter(plan, wish)),
    keepsNoLog: (service) => target.project?.services[service]?.logging?.driver === 'none',
    // Who reads whose logs follow may change files at once.
    early: !drawn && !(wish.watch.atOnce && watching !== undefined),
    replaced: (service) => watching?.changes(service) ?? false,
  });
  const stop = async (why: string): Promise<ReadonlyMap<string, number>> => {
    menu?.close();
    await watching?.stop();
    tellCompose(context, 'Stopping', why);
    gate.open();
    try {
      return await stopAll(context, engine, target, { ...wish, hookOutput });
    } finally {
      await Promise.race([attached.drained(), new Promise((resolve) => setTimeout(resolve, 2000))]);
    }
  };
  const interrupted = async (): Promise<number> => {
    await stop('Gracefully Stopping... press Ctrl+C again to force');
    return exitCode.interrupted;
  };
  try {
    const outcome = await wish.bring(
      (made) => {
        plan = made;
      },
      { hookOutput, beforeStart: attached.beforeStart },
    );
    const wentBack = outcome.exitCode === exitCode.rolledBack;
    // What ran before goes on where only its update was interrupted.
    const updated = (outcome.plan.rolls ?? []).length > 0;
    if (signal.aborted && outcome.exitCode !== 0 && updated) return exitCode.interrupted;
    if (signal.aborted && outcome.exitCode !== 0 && !wentBack) return await interrupted();
    if (outcome.result === undefined || outcome.exitCode !== 0) return outcome.exitCode;
    if (wish.watch.atOnce) await watching?.start();
    await attached.settle(outcome);
    menu?.open();
    const how = await Promise.race([attached.over, detached.promise, aborted(signal)]);
    if (how === 'detached') return 0;
    if (how === 'interrupted') return await interrupted();
    if (wish.until === undefined || !needsStop(attached.ends, wish.until)) return 0;
    const ends = [...attached.ends];
    const codes = await stop('Aborting on container exit...');
    return codeOf(ends, codes, wish);
  } finally {
    menu?.close();
    await watching?.stop();
    attached.close();
  }
}

/** @returns undefined if there is nothing to watch */
async function watchControl(
  context: Context,
  engine: Engine,
  view: LogView,
  { atOnce: _, ...wish }: WatchChoices,
): Promise<WatchControl | undefined> {
  if (!isWatchable(wish.project)) return undefined;
  const { WatchControl } = await import('../watch/switch.ts');
  const { watchOutput } = await import('../watch/output.ts');
  return new WatchControl({ ...wish, engine, output: watchOutput(context, view) });
}

function aborted(signal: AbortSignal): Promise<'interrupted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('interrupted');
    signal.addEventListener('abort', () => resolve('interrupted'), { once: true });
  });
}

function needsStop(ends: readonly Ended[], until: 'exit' | 'failure'): boolean {
  return until === 'exit' ? ends.length > 0 : ends.some((e) => e.exitCode !== 0);
}

function codeOf(
  ends: readonly Ended[],
  codes: ReadonlyMap<string, number>,
  { exitFrom, until }: ForegroundWish,
): number {
  if (exitFrom !== undefined)
    return ends.find((e) => e.service === exitFrom)?.exitCode ?? codes.get(exitFrom) ?? 0;
  return (until === 'failure' ? ends.find((e) => e.exitCode !== 0) : ends[0])?.exitCode ?? 0;
}

function menuItems(
  watch: () => WatchControl | undefined,
  detach: () => void,
  view: () => Promise<void>,
): readonly MenuItem[] {
  return [
    {
      key: 'v',
      label: () => 'View containers',
      act: async () => {
        await view();
        return undefined;
      },
    },
    {
      key: 'w',
      label: () => (watch()?.active() ? 'Disable Watch' : 'Enable Watch'),
      act: () => watch()?.toggle() ?? 'Watch is not configured: no service has a `develop` section',
    },
    {
      key: 'd',
      label: () => 'Detach',
      act: () => {
        detach();
        return undefined;
      },
    },
  ];
}
