import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { label } from '../../model/labels.ts';
import type { Project } from '../../model/project.ts';
import { isTree } from '../../yaml/tree.ts';
import type { Terminal } from '../command.ts';
import { settleGlobal } from '../global.ts';
import type { Context } from '../session.ts';
import type { Position } from './position.ts';

/** Longest wait for an engine, in milliseconds: nobody wants to wait for a completion. */
const patience = 1500;

/** Services of the project, those of inactive profiles too. Without files: of its containers. */
export async function services(position: Position, terminal: Terminal): Promise<readonly string[]> {
  const project = await loaded(position, terminal);
  if (project !== undefined)
    return [...Object.keys(project.services), ...Object.keys(project.disabledServices)].sort();
  const name = position.given.get('project-name')?.at(-1) ?? terminal.environment['COMPOSE_PROJECT_NAME'];
  if (name === undefined) return [];
  const labels = await containerLabels(position, terminal, `${label.project}=${name}`);
  return unique(labels.map((all) => all[label.service] ?? ''));
}

export async function profiles(position: Position, terminal: Terminal): Promise<readonly string[]> {
  const project = await loaded(position, terminal);
  const all = [...Object.values(project?.services ?? {}), ...Object.values(project?.disabledServices ?? {})];
  return unique(all.flatMap((service) => service.profiles ?? []));
}

/** Names of projects that the engine has containers of. */
export async function projects(position: Position, terminal: Terminal): Promise<readonly string[]> {
  const labels = await containerLabels(position, terminal, label.project);
  return unique(labels.map((all) => all[label.project] ?? ''));
}

/** Docker's contexts, by the files in which it keeps them. */
export function contexts({ environment }: Terminal): readonly string[] {
  const folder = environment['DOCKER_CONFIG'] || join(environment['HOME'] || '/', '.docker');
  const meta = join(folder, 'contexts', 'meta');
  try {
    const names = readdirSync(meta).map((id): unknown => {
      const value: unknown = JSON.parse(readFileSync(join(meta, id, 'meta.json'), 'utf8'));
      return isTree(value) ? value['Name'] : undefined;
    });
    return ['default', ...names.filter((name) => typeof name === 'string')].sort();
  } catch {
    return ['default'];
  }
}

function contextOf({ given }: Position, terminal: Terminal): Context {
  const list = (name: string) => given.get(name) ?? [];
  const last = (name: string) => given.get(name)?.at(-1);
  const texts = ['project-name', 'project-directory', 'host', 'context'].flatMap((name) => {
    const value = last(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const values = { ...Object.fromEntries(texts), 'log-level': 'fatal' };
  const lists = { file: list('file'), profile: list('profile'), 'env-file': list('env-file') };
  const signal = AbortSignal.timeout(patience);
  const global = settleGlobal({ 'insecure-registry': [], ...values, ...lists }, terminal.environment);
  return { global, terminal, args: [], signal, kill: signal };
}

/** Undefined if there are no files, or none that can be read. */
async function loaded(position: Position, terminal: Terminal): Promise<Project | undefined> {
  try {
    const { openLoaded } = await import('../session.ts');
    const { project } = await openLoaded(contextOf(position, terminal), {
      ...{ consistency: false, resolveEnvironment: false },
    });
    return project;
  } catch {
    return undefined;
  }
}

async function containerLabels(
  position: Position,
  terminal: Terminal,
  filter: string,
): Promise<readonly Readonly<Record<string, string>>[]> {
  try {
    const { withEngine } = await import('../session.ts');
    return await withEngine(contextOf(position, terminal), async (engine) =>
      (await engine.listContainers({ all: true, labels: [filter] })).map(({ labels }) => labels),
    );
  } catch {
    return [];
  }
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => name !== '').sort();
}
