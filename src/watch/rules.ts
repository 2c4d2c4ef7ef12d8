import { readIgnore } from '../execute/build/ignore.ts';
import { type Selection, selection } from '../execute/build/patterns.ts';
import type { Project } from '../model/project.ts';
import type { Build } from '../model/service.ts';
import { cleanPath, isAbsolute, resolvePath } from '../util/path.ts';
import { below } from './below.ts';
import type { Trigger } from './triggers.ts';

/** A trigger that can be asked about paths. */
export interface Rule extends Trigger {
  /** Whether something that happens at an absolute path counts. */
  has(path: string): boolean;
  /** Whether something below an absolute path may count, so that it has to be looked into. */
  mayHaveBelow(folder: string): boolean;
}

/** Files that editors and tools keep for a moment, and what version control keeps for itself. */
const passing = [
  // JetBrains, Emacs
  ...['**/*___jb_tmp___', '**/*___jb_old___', '**/.idea', '**/.#*', '**/#*#'],
  // Vim, Kate
  ...['**/4913', '**/*~', '**/.*.swp', '**/.*.swx', '**/.*.swo', '**/.*.swn', '**/.*.kate-swp'],
  // Go's probe for the umask, Git
  ...['**/*-go-tmp-umask', '**/.git'],
];

/** Makes the rules of triggers: reads the ignore files of their services' builds. */
export async function rulesFor(project: Project, triggers: readonly Trigger[]): Promise<readonly Rule[]> {
  const contexts = new Map<string, Promise<Below>>();
  return await Promise.all(
    triggers.map(async (trigger) => {
      const { service } = trigger;
      const context = contexts.get(service) ?? contextOf(project.services[service]?.build);
      contexts.set(service, context);
      return await ruleOf(trigger, await context);
    }),
  );
}

/** What a folder's own rules leave out. */
interface Below {
  readonly folder: string;
  readonly selection: Selection;
}

/** @param context what the build of the service ignores */
async function ruleOf(trigger: Trigger, context: Below): Promise<Rule> {
  const { path, include, ignore } = trigger;
  const own: Below = {
    folder: path,
    selection: await selection({
      include: include.flatMap((line) => relativePattern(path, line)),
      exclude: ignore.flatMap((line) => relativePattern(path, line)),
    }),
  };
  const always: Below = { folder: path, selection: await selection({ exclude: passing }) };
  const named = include.length === 0;
  return {
    ...trigger,
    has: (at) => {
      const rel = below(path, at);
      if (rel === undefined) return false;
      if (rel === '') return named && passes(context, at);
      return own.selection.has(rel) && always.selection.has(rel) && passes(context, at);
    },
    mayHaveBelow: (folder) => {
      const rel = below(path, folder);
      if (rel === undefined) return below(folder, path) !== undefined;
      if (rel === '') return true;
      const into = (one: Below) => {
        const inside = below(one.folder, folder);
        return inside === undefined || inside === '' || one.selection.mayHaveBelow(inside);
      };
      return into(own) && into(always) && into(context);
    },
  };
}

function passes({ folder, selection: all }: Below, path: string): boolean {
  const rel = below(folder, path);
  return rel === undefined || rel === '' || all.has(rel);
}

async function contextOf(build: Build | undefined): Promise<Below> {
  const folder = build?.context;
  if (folder === undefined || !isAbsolute(folder)) return { folder: '/', selection: await selection({}) };
  const dockerfile = build?.dockerfile;
  const path = dockerfile === undefined ? undefined : resolvePath(folder, dockerfile);
  const { lines } = await readIgnore(folder, path);
  return { folder, selection: await selection({ exclude: contextLines(lines) }) };
}

/** A `*` says what the build may see; what is followed is said by the rules: it hides nothing from them. */
export function contextLines(lines: readonly string[]): readonly string[] {
  if (lines.includes('*')) return [];
  return lines.flatMap((line) => relativePattern('/', line));
}

/** A pattern as it counts below a folder; none if it names something elsewhere. */
export function relativePattern(folder: string, line: string): readonly string[] {
  const text = line.trim();
  const back = text.startsWith('!') ? '!' : '';
  const pattern = text.slice(back.length);
  if (pattern === '') return [];
  if (!isAbsolute(pattern)) return [back + cleanPath(pattern)];
  const rel = below(folder, cleanPath(pattern));
  return rel === undefined ? [] : [back + (rel === '' ? '**' : rel)];
}
