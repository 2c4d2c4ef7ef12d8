import type { Project } from '../model/project.ts';
import type { FormerName } from '../observe/former.ts';
import type { Observed } from '../observe/observed.ts';
import type { PlanBuilder } from './builder.ts';
import type { UpIntent } from './intent.ts';

const question = 'former-name';

/** Says that a project under another name has the data, where this one would start without any; asks if that is meant. */
export function tellFormerName(
  builder: PlanBuilder,
  { name }: Project,
  { former }: Observed,
  { answers }: Pick<UpIntent, 'answers'>,
): void {
  if (former === undefined) return;
  const message = messageOf(name, former);
  const hint = `to go on with that data: tscompose rename ${former.project} ${name}`;
  const answer = answers?.[question];
  if (answer === false) {
    builder.refuse(question, message, 3, hint);
    return;
  }
  builder.warn(question, message, hint);
  if (!former.ask || answer !== undefined) return;
  const text = `${message}.\nStart with empty ones? (No: then rename it first, with tscompose rename ${former.project} ${name})`;
  builder.ask({ id: question, text, fallback: false, unanswered: true });
}

function messageOf(name: string, { project, volumes, by }: FormerName): string {
  const whose = {
    folder: 'which was made from this folder',
    moved: 'which has the same services, and whose folder is gone',
    volumes: 'which has no container, and may be this one under an earlier name',
  }[by];
  return `project "${name}" is new and starts without data, while ${volumes.join(', ')} of project "${project}" is there, ${whose}`;
}
