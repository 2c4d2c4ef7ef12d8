import type { Engine } from '../../engine/engine.ts';
import { checkService, findingText } from '../../execute/build/check.ts';
import type { Project } from '../../model/project.ts';
import { servicesToBuild, withServices } from '../../plan/build.ts';
import { buildOperation } from '../../plan/steps/build-operation.ts';
import type { Context } from '../session.ts';
import { type BuildOptions, checkServices } from './options.ts';

/** `build --check`: what could be better in the Dockerfiles. @returns 1 if there is something */
export async function checkBuilds(
  { terminal, args, signal }: Context,
  engine: Engine,
  loaded: Project,
  options: BuildOptions,
): Promise<number> {
  const project = withServices(loaded);
  checkServices(project, args);
  const deps = options['with-dependencies'] === true;
  const named = servicesToBuild(loaded, { services: args, withDependencies: deps });
  const buildable = named.filter((name) => project.services[name]?.build !== undefined);
  const { environment, workingDir } = project;
  const facts = { project: project.name, environment, workingDir, stdin: terminal.stdin, signal };
  const checks = await Promise.all(
    buildable.map((name) => checkService(engine, buildOperation(project, name, {}), facts)),
  );
  for (const [i, { shown, findings }] of checks.entries()) {
    for (const finding of findings)
      terminal.stdout.write(`${buildable[i]}: ${findingText(shown, finding)}\n`);
    if (findings.length === 0)
      terminal.stdout.write(`${buildable[i]}: ${shown}: nothing to complain about\n`);
  }
  return checks.some(({ findings }) => findings.length > 0) ? 1 : 0;
}
