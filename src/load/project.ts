import type { Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';
import { document } from '../spec/document.ts';
import type { Tree } from '../yaml/tree.ts';
import { type StageContext, top } from './context.ts';
import { decode } from './decode.ts';

export type Services = Readonly<Record<string, Service>>;

/** The typed project of a normalised tree, with all services, active or not. */
export function buildProject(
  tree: Tree,
  facts: Pick<Project, 'name' | 'workingDir' | 'configFiles' | 'environmentFiles' | 'environment'>,
  context: StageContext,
): Project {
  // The decoder builds what the rows of `spec` describe, which is what the model's types describe.
  const decoded = decode(tree, document, top, context) as Partial<Project> & Tree;
  const extensions = Object.fromEntries(Object.entries(decoded).filter(([key]) => key.startsWith('x-')));
  return {
    ...facts,
    activeProfiles: [],
    services: decoded.services ?? {},
    disabledServices: {},
    networks: decoded.networks ?? {},
    volumes: decoded.volumes ?? {},
    configs: decoded.configs ?? {},
    secrets: decoded.secrets ?? {},
    models: decoded.models ?? {},
    extensions,
  };
}
