import { existsSync } from 'node:fs';
import type { Engine } from '../engine/engine.ts';
import { label } from '../model/labels.ts';
import type { Project } from '../model/project.ts';
import { type FormerName, formerName, likeOurs, type Origin } from '../observe/former.ts';
import { listRevisions } from '../revisions/store.ts';
import type { Context } from './session.ts';

/** Looks for volumes of a project that seems to be this one under its former name. */
export async function lookForFormer(
  { global, terminal }: Pick<Context, 'global' | 'terminal'>,
  engine: Engine,
  project: Project,
): Promise<FormerName | undefined> {
  const volumes = await engine.listVolumes({ labels: [label.volume] });
  const others = [...likeOurs(project, volumes).keys()];
  if (others.length === 0) return undefined;
  const containers = await engine.listContainers({ all: true, labels: [label.project] });
  const alive = new Set(containers.map(({ labels }) => labels[label.project]));
  const remembered = new Map<string, Origin>();
  for (const name of others.filter((one) => !alive.has(one))) {
    const last = (await listRevisions(engine, name)).at(-1)?.content.project;
    if (last === undefined) continue;
    const { workingDir, configFiles, services } = last;
    remembered.set(name, { workingDir, configFiles, services: Object.keys(services) });
  }
  const facts = { containers, remembered, isThere: existsSync, now: Date.now() / 1000 };
  const found = formerName(project, volumes, facts);
  const typed = global['project-name'] || terminal.environment['COMPOSE_PROJECT_NAME'];
  return found && { ...found, ask: !typed && found.by !== 'volumes' };
}
