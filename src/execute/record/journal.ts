import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Operation } from '../../plan/operations.ts';
import type { Plan, PlanNode } from '../../plan/plan.ts';
import { makeFolder } from '../../util/folder.ts';
import type { NodeEnd } from '../result.ts';

/** One line of a journal. Bodies and contents are left out: they may hold secrets. */
export type JournalLine =
  | {
      readonly what: 'begin';
      readonly time: string;
      readonly command: string;
      readonly project: string;
      readonly nodes: number;
      readonly pid: number;
    }
  | {
      readonly what: 'node';
      readonly time: string;
      readonly node: number;
      readonly phase: 'begin' | NodeEnd;
      readonly kind: Operation['kind'];
      readonly engine: string;
      /** Name of the container, network, volume or image. */
      readonly name: string;
      readonly because: string;
      /** Id of what was made. */
      readonly created?: string;
      readonly error?: string;
    }
  | { readonly what: 'end'; readonly time: string; readonly exitCode: number };

/** Takes down what an execution does, before and after each node. */
export interface Journal {
  begin(plan: Plan): void;
  node(node: PlanNode, phase: 'begin' | NodeEnd, more?: { created?: string; error?: string }): void;
  end(exitCode: number): void;
  /** The file, for messages. */
  readonly path: string;
}

const kept = 20;
const forgottenAfter = 90 * 24 * 3600 * 1000;

/**
 * A journal of one execution: a new file under `folder`, one JSON object a line, written at once so that it
 * survives a kill. The oldest files of the project go. What can't be written is not worth failing for.
 * @param folder of the project's journals, see `journalFolder`
 */
export function openJournal(folder: string): Journal {
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const path = join(folder, `${stamp}-${process.pid}.ndjson`);
  let usable = true;
  const write = (line: JournalLine) => {
    if (!usable) return;
    try {
      appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    } catch {
      usable = false;
    }
  };
  try {
    makeFolder(folder, 0o700);
    for (const old of journalFiles(folder).slice(0, -(kept - 1))) rmSync(old, { force: true });
    forgetOld(dirname(folder));
  } catch {
    usable = false;
  }
  const time = () => new Date().toISOString();
  return {
    path,
    begin: ({ command, project, nodes }) =>
      write({ what: 'begin', time: time(), command, project, nodes: nodes.length, pid: process.pid }),
    node: ({ id, operation, engine, because }, phase, more = {}) =>
      write({
        ...{ what: 'node', time: time(), node: id, phase, kind: operation.kind, engine },
        ...{ name: nameOf(operation), because, ...more },
      }),
    end: (exitCode) => write({ what: 'end', time: time(), exitCode }),
  };
}

/** Removes the journals of projects that nothing was done with for long. */
function forgetOld(parent: string): void {
  for (const name of readdirSync(parent)) {
    const folder = join(parent, name);
    if (Date.now() - statSync(folder).mtimeMs > forgottenAfter)
      rmSync(folder, { recursive: true, force: true });
  }
}

/** Folder of a project's journals. */
export function journalFolder(stateFolder: string, project: string): string {
  return join(stateFolder, 'journal', project);
}

/** True if anything was ever executed for the project from here. */
export function hasJournal(stateFolder: string, project: string): boolean {
  return existsSync(journalFolder(stateFolder, project));
}

/** Journals of a folder, oldest first. */
export function journalFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ndjson'))
    .sort()
    .map((name) => join(folder, name));
}

/** Reads a journal; a last line that was cut off by a kill is left out. */
export function readJournal(path: string): JournalLine[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const value = parse(line);
      return value === undefined ? [] : [value];
    });
}

function parse(line: string): JournalLine | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isLine(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isLine(value: unknown): value is JournalLine {
  if (typeof value !== 'object' || value === null || !('what' in value) || !('time' in value)) return false;
  return value.what === 'begin' || value.what === 'node' || value.what === 'end';
}

function nameOf(operation: Operation): string {
  if ('container' in operation) return operation.container.name;
  if ('name' in operation) return operation.name;
  if ('body' in operation && 'Name' in operation.body) return operation.body.Name;
  if ('image' in operation) return operation.image;
  if ('volume' in operation) return operation.volume;
  return 'service' in operation ? operation.service : '';
}
