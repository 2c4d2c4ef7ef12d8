import { exitCode, UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { imageName } from '../../model/names.ts';
import type { Project } from '../../model/project.ts';
import type { Observed } from '../../observe/observed.ts';
import type { UpIntent } from '../../plan/intent.ts';
import { planUp } from '../../plan/up.ts';
import type { Revision } from '../../revisions/revision.ts';
import { keptName, listRevisions } from '../../revisions/store.ts';
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
      const names = await checkImages(engine, revision);
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
            const { images, pinned } = pinnedImages(project, revision, observed, names, intent);
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

/** The images of the revision under the names that the project uses, and which of those mean another one by now. */
function pinnedImages(
  project: Project,
  { content }: Revision,
  observed: Observed,
  names: Readonly<Record<string, string>>,
  { compatibility }: UpIntent,
): { readonly images: Observed['images']; readonly pinned: Readonly<Record<string, string>> } {
  const images: Record<string, Observed['images'][string]> = { ...observed.images };
  const pinned: Record<string, string> = {};
  for (const [service, id] of Object.entries(content.images)) {
    const wanted = project.services[service];
    if (wanted === undefined) continue;
    const reference = imageName(project.name, service, wanted, compatibility);
    if (observed.images[reference]?.id === id) continue;
    images[reference] = { id };
    pinned[service] = names[service] ?? id;
  }
  return { images, pinned };
}

/**
 * The names of ours under which images of the revision are still there, by service; those that nobody has
 * replaced need none.
 * @throws UserError (exit 3) if an image is gone
 */
async function checkImages(
  engine: Engine,
  { number, content }: Revision,
): Promise<Readonly<Record<string, string>>> {
  const ids = Object.entries(content.images);
  const found = await Promise.all(ids.map(([, id]) => engine.inspectImage(id)));
  const missing = ids.filter((_, index) => found[index] === undefined).map(([service]) => service);
  if (missing.length === 0) {
    return Object.fromEntries(
      ids.flatMap(([service, id], index) => {
        const kept = keptName(content.project.name, id);
        const name = found[index]!.repoTags.find((tag) => tag === kept || tag.endsWith(`/${kept}`));
        return name === undefined ? [] : [[service, name]];
      }),
    );
  }
  throw new UserError(
    'image-gone',
    `images of revision ${number} are no longer on ${engine.name}: those of ${missing.join(', ')}`,
    {
      exit: exitCode.refused,
      hint: 'bring the files of that time up instead: their images are pulled or built again',
    },
  );
}
