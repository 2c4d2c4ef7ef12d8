import type { Engine } from '../../src/engine/engine.ts';
import { execute } from '../../src/execute/execute.ts';
import type { ExecutionResult } from '../../src/execute/result.ts';
import { serviceHash } from '../../src/model/hash.ts';
import type { Project } from '../../src/model/project.ts';
import type { Service } from '../../src/model/service.ts';
import { observe } from '../../src/observe/collect.ts';
import { planDown } from '../../src/plan/down.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { standardMaterials } from '../../src/plan/standard.ts';
import { planUp } from '../../src/plan/up.ts';

/** A project of services on its default network. */
export function projectOf(name: string, services: Readonly<Record<string, Service>>): Project {
  return {
    ...{ name, workingDir: '/', configFiles: [], environmentFiles: [], environment: {}, activeProfiles: [] },
    services: Object.fromEntries(
      Object.entries(services).map(([key, service]) => [key, { networks: { default: null }, ...service }]),
    ),
    ...{ disabledServices: {}, volumes: {}, configs: {}, secrets: {}, models: {}, extensions: {} },
    networks: { default: { name: `${name}_default`, ipam: {} } },
  };
}

async function run(engine: Engine, plan: Plan): Promise<ExecutionResult> {
  const result = await execute(plan, {
    ...{ engines: new Map([[engine.name, engine]]), emit: () => {} },
    signal: new AbortController().signal,
  });
  const [failure] = result.failures;
  if (failure !== undefined) throw new Error(failure.message);
  return result;
}

/** Observe, plan and execute, as `up -d` does. */
export async function ourUp(
  engine: Engine,
  project: Project,
): Promise<{ plan: Plan; result: ExecutionResult }> {
  const observed = await observe(engine, project, {
    expectedHash: (name) => serviceHash(project.services[name]!),
  });
  const materials = standardMaterials({ project, facts: engine.facts, toolVersion: 'bench' });
  const plan = planUp(project, observed, { command: 'up', services: [], start: true }, materials);
  return { plan, result: await run(engine, plan) };
}

/** The same for `down`. */
export async function ourDown(
  engine: Engine,
  project: Project,
): Promise<{ plan: Plan; result: ExecutionResult }> {
  const observed = await observe(engine, project, {});
  const plan = planDown(project, observed, { command: 'down', services: [] });
  return { plan, result: await run(engine, plan) };
}
