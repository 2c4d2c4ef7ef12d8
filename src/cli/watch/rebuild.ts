import type { Engine } from '../../engine/engine.ts';
import type { NodeFailure } from '../../execute/result.ts';
import { label } from '../../model/labels.ts';
import type { Project } from '../../model/project.ts';
import type { UpIntent } from '../../plan/intent.ts';
import { planRestart } from '../../plan/restart.ts';
import { planUp } from '../../plan/up.ts';
import { change } from '../change.ts';
import { observeForChanges } from '../make.ts';
import { materialsFor } from '../materials.ts';
import type { Context } from '../session.ts';

export interface RebuildWish {
  /** With an output that takes lines. */
  readonly context: Context;
  readonly engine: Engine;
  readonly project: Project;
  readonly log: (text: string) => void;
  /** Remove images that the build has left without a name. */
  readonly prune: boolean;
  readonly quiet: boolean;
  /** Numbers of containers that the command line asked for. */
  readonly scale: Readonly<Record<string, number>>;
}

/** Names as the reference lists them: `["a" "b"]`. */
export function listed(services: readonly string[]): string {
  return `[${services.map((name) => JSON.stringify(name)).join(' ')}]`;
}

/** Builds services' images and makes their containers anew, theirs only. Says what fails; throws nothing. */
export async function rebuild(
  { context, engine, project, log, prune, quiet, scale }: RebuildWish,
  services: readonly string[],
): Promise<void> {
  log(`Rebuilding service(s) ${listed(services)} after changes were detected...`);
  const materials = materialsFor(project, engine.facts);
  let built = false;
  const isBuilt = (): void => {
    if (!built) log(`service(s) ${listed(services)} successfully built`);
    built = true;
  };
  try {
    const outcome = await change(
      context,
      engine,
      { name: project.name, project },
      {
        ...{ command: 'watch', observe: observeForChanges(project, context), yes: true, quietBuild: quiet },
        passing: true,
        plan: (observed, round) => {
          if (round.imagesReady) isBuilt();
          const intent: UpIntent = {
            command: 'up',
            ...{ services, start: true, build: true, forceRecreate: true, noDeps: true, scale },
            ...(context.global.compatibility && { compatibility: true }),
            ...{ ignoreOrphans: true, ...round },
          };
          return planUp(project, observed, intent, materials);
        },
      },
    );
    const [failure] = outcome.result?.failures ?? [];
    if (failure !== undefined) log(failureText(failure));
    else if (outcome.exitCode === 0) isBuilt();
    if (built && prune) await pruneDangling(engine, project.name);
  } catch (error) {
    log(`Build failed. Error: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function failureText({ node, message }: NodeFailure): string {
  const { kind } = node.operation;
  if (kind === 'build-image' || kind === 'pull-image') return `Build failed. Error: ${message}`;
  return kind === 'start-container' || kind === 'wait-container'
    ? `Application failed to start after update. Error: ${message}`
    : `Failed to recreate services after update. Error: ${message}`;
}

/** Images of the project that have no name any more. Those in use stay: the engine refuses. */
async function pruneDangling(engine: Engine, project: string): Promise<void> {
  const images = await engine.listImages({
    labels: [`${label.project}=${project}`],
    other: { dangling: ['true'] },
  });
  for (const { id } of images) await engine.removeImage(id).catch(() => undefined);
}

/** Restarts services, and those that want to be restarted with them. Says what fails; throws nothing. */
export async function restart(
  { context, engine, project, log }: Pick<RebuildWish, 'context' | 'engine' | 'project' | 'log'>,
  services: readonly string[],
): Promise<void> {
  const target = { name: project.name, project };
  try {
    const { exitCode } = await change(context, engine, target, {
      command: 'watch',
      plan: (observed) => planRestart(project, observed, { command: 'restart', services }),
    });
    if (exitCode === 0) log(`service(s) ${listed(services)} restarted`);
  } catch (error) {
    log(`Failed to restart services after update. Error: ${String(error)}`);
  }
}
