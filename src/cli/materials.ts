import { readFileSync } from 'node:fs';
import type { EngineFacts } from '../engine/engine.ts';
import { networkHash, serviceHash, volumeHash } from '../model/hash.ts';
import type { Materials } from '../plan/materials.ts';
import { standardMaterials } from '../plan/standard.ts';
import { compareWithPresent } from '../translate/compare/adopt.ts';
import { versionText } from './version.ts';

/** What planners need beside the project: hashes, bodies for this engine, content of files here. */
export function materialsFor(facts: EngineFacts): Materials {
  return standardMaterials({
    facts,
    hashes: { service: serviceHash, network: networkHash, volume: volumeHash },
    toolVersion: versionText(),
    contents,
    compare: (input, present) => compareWithPresent(input, present),
    now: Date.now() / 1000,
  });
}

function contents(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
