import { exitCode, UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { imageName } from '../../model/names.ts';
import type { Project } from '../../model/project.ts';
import type { Observed } from '../../observe/observed.ts';
import type { UpIntent } from '../../plan/intent.ts';
import { planUp } from '../../plan/up.ts';
import { findImage, isImage } from '../../revisions/images.ts';
import type { Revision } from '../../revisions/revision.ts';
import { listRevisions } from '../../revisions/store.ts';
import { change } from '../change.ts';
import { defineCommand } from '../command.ts';
import { observeForChanges } from '../make.ts';
import { materialsFor } from '../materials.ts';
import { keep, pick } from '../revisions.ts';
import { onTarget } from '../session.ts';
import { timeout, timeoutOf, wait, waitOf, waitTimeout } from './options.ts';

/** `rollback`: makes the project what it was after an earlier `up`. */
export const rollback = defineCommand({
  name: 'rollback',
  usage: '[OPTIONS] [REVISION]',
  summary: 'Bring an earlier revision of the project back',
  options: { timeout, wait, 'wait-timeout': waitTimeout },
  args: { max: 1 },
  graceful: true,
  plans: 'kept',
  examples: [
    ['tscompose rollback', 'undoes the last up that changed something'],
    ['tscompose rollback 3', 'brings revision 3 back, its images included'],
    ['tscompose plan rollback 3', 'shows what that would do'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    return onTarget(context, async (engine, { name }) => {
      const revision = pick(await listRevisions(engine, name), args[0], name);
      const names = await checkImages(engine, revision, context.global.compatibility);
      const project: Project = {
        ...revision.content.project,
        environment: context.terminal.environment,
      };
      const materials = materialsFor(project, engine.facts);
      const intent: UpIntent = {
        ...{ command: 'up', services: [], start: true, imagesReady: true, removeOrphans: true },
        ...timeoutOf(options),
        ...waitOf(options),
        ...(context.global.compatibility && { compatibility: true }),
      };
      const command = `rollback to ${revision.number}`;
      const outcome = await change(
        context,
        engine,
        { name, project },
        {
          command: 'rollback',
          observe: observeForChanges(project, context),
          plan: (observed, { answers }) => {
            const { images, pinned } = pinnedImages(revision, observed, names);
            const seen = { ...observed, images };
            return {
              ...planUp(project, seen, { ...intent, answers, pinned }, materials),
              command: 'rollback',
            };
          },
        },
      );
      if (outcome.result !== undefined && outcome.exitCode === 0) {
        await keep(context, engine, revision.content.project, command);
      }
      return outcome.exitCode;
    });
  },
});

/** An image of a revision. */
interface Found {
  /** The name that the project has for it, as the revision says. */
  readonly reference: string;
  /** By what a container can be made of it; undefined: by that name, which still stands for it. */
  readonly use: string | undefined;
}

/** The images of the revision under the names that the project uses, and which of those mean another one by now. */
function pinnedImages(
  { content }: Revision,
  observed: Observed,
  found: Readonly<Record<string, Found>>,
): { readonly images: Observed['images']; readonly pinned: Readonly<Record<string, string>> } {
  const images: Record<string, Observed['images'][string]> = { ...observed.images };
  const pinned: Record<string, string> = {};
  for (const [service, { reference, use }] of Object.entries(found)) {
    if (use === undefined) continue;
    images[reference] = { id: content.images[service]! };
    pinned[service] = use;
  }
  return { images, pinned };
}

/**
 * The images of the revision, by service.
 * @throws UserError (exit 3) if one is gone
 */
async function checkImages(
  engine: Engine,
  { number, content: { project, images } }: Revision,
  compatibility: boolean | undefined,
): Promise<Readonly<Record<string, Found>>> {
  const found: Record<string, Found> = {};
  const missing: string[] = [];
  const look = async ([service, id]: [string, string]): Promise<void> => {
    const wanted = project.services[service];
    if (wanted === undefined) return;
    const reference = imageName(project.name, service, wanted, compatibility);
    const named = await engine.inspectImage(reference, { platforms: true });
    if (named !== undefined && isImage(named, id)) {
      found[service] = { reference, use: undefined };
      return;
    }
    const kept = await findImage(engine, project.name, id);
    if (kept === undefined) missing.push(service);
    else found[service] = { reference, use: kept.name ?? kept.image.id };
  };
  await Promise.all(Object.entries(images).map(look));
  if (missing.length === 0) return found;
  throw new UserError(
    'image-gone',
    `images of revision ${number} are no longer on ${engine.name}: those of ${missing.sort().join(', ')}`,
    {
      exit: exitCode.refused,
      hint: 'bring the files of that time up instead: their images are pulled or built again',
    },
  );
}
