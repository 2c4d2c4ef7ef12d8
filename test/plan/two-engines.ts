import type { Project } from '../../src/model/project.ts';
import type { Observed } from '../../src/observe/observed.ts';
import { planUp } from '../../src/plan/up.ts';
import { emptyEngine, plainMaterials, upIntent } from '../support/builders.ts';
import { simulate } from '../support/simulate.ts';

/** A project that runs on one engine, and another engine that holds nothing. */
export function twoEngines(project: Project): { source: Observed; target: Observed } {
  const images = { x: { id: 'sha256:pulled-x' }, y: { id: 'sha256:pulled-y' } };
  const empty = { ...emptyEngine(project, 'source'), images };
  const source = simulate(planUp(project, empty, upIntent(), plainMaterials), empty);
  return { source, target: { ...emptyEngine(project, 'target'), images: {}, others: [] } };
}
