import type { Project } from './project.ts';
import type { NullableMap } from './scalars.ts';
import type { Service } from './service.ts';

/** What the program that runs models said of itself. */
export interface ModelRunnerFacts {
  /** Where containers reach the models. */
  readonly endpoint: string;
  /** References of the models that need no download. */
  readonly present: readonly string[];
}

/** Names of the models that some services of a project use, sorted. */
export function usedModels(project: Project, services: readonly string[]): readonly string[] {
  const names = services.flatMap((name) => Object.keys(project.services[name]?.models ?? {}));
  return [...new Set(names)].filter((name) => name in project.models).sort();
}

/**
 * The service with a variable each for the name and the address of its models, `LLM_MODEL` and `LLM_URL` for
 * a model `llm` unless `model_var` and `endpoint_var` say otherwise. They win over what the file gives.
 */
export function withModelVariables(
  service: Service,
  project: Project,
  runner: ModelRunnerFacts | undefined,
): Service {
  const models = Object.entries(service.models ?? {});
  if (runner === undefined || models.length === 0) return service;
  const variables: Record<string, string> = {};
  for (const [name, names] of models) {
    const prefix = name.toUpperCase().replaceAll('-', '_');
    variables[names?.model_var || `${prefix}_MODEL`] = referenceOf(project, name);
    variables[names?.endpoint_var || `${prefix}_URL`] = runner.endpoint;
  }
  const environment: NullableMap = { ...service.environment, ...variables };
  return { ...service, environment };
}

/** The project with the variables of all its services' models. */
export function withModels(project: Project, runner: ModelRunnerFacts | undefined): Project {
  if (runner === undefined) return project;
  const services = Object.entries(project.services).map(([name, service]) => [
    name,
    withModelVariables(service, project, runner),
  ]);
  return { ...project, services: Object.fromEntries(services) };
}

/** What a model is called where it is downloaded from. */
export function referenceOf(project: Project, name: string): string {
  return project.models[name]?.model ?? name;
}
