import { readFileSync } from 'node:fs';
import type { EngineFacts } from '../engine/engine.ts';
import type { Project } from '../model/project.ts';
import type { Materials } from '../plan/materials.ts';
import { standardMaterials } from '../plan/standard.ts';
import { versionText } from './version.ts';

/** What planners need beside the project: bodies for this engine, content of files of this machine. */
export function materialsFor(project: Project, facts: EngineFacts): Materials {
  return standardMaterials({ project, facts, toolVersion: versionText(), contents, now: Date.now() / 1000 });
}

function contents(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
