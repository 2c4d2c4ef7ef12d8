import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { proxiesFor } from '../../engine/proxies.ts';
import { isRemote } from '../../execute/build/remote.ts';
import { buildArguments, withProxies } from '../../execute/build/request.ts';
import { withDependencies } from '../../model/graph.ts';
import { label } from '../../model/labels.ts';
import type { Project } from '../../model/project.ts';
import { bakeFile } from '../../output/bake.ts';
import { contextServices, servicesToBuild, withServices } from '../../plan/build.ts';
import { buildOperation } from '../../plan/steps/build-operation.ts';
import type { Context } from '../session.ts';
import { versionText } from '../version.ts';
import { type BuildOptions, checkServices } from './options.ts';

/** `build --print`: the builds of the project as a bake file. */
export function printBake({ terminal, args }: Context, loaded: Project, options: BuildOptions): void {
  const all = withServices(loaded);
  checkServices(all, args);
  const named = servicesToBuild(loaded, {
    services: args,
    ...(options['with-dependencies'] && { withDependencies: true }),
  });
  const wanted = withContexts(all, named);
  if (!wanted.some((name) => all.services[name]?.build !== undefined)) {
    terminal.stderr.write('warning: No services to build\n');
    return;
  }
  const scope = withDependencies(all.services, wanted);
  const services = Object.fromEntries(Object.entries(all.services).filter(([name]) => scope.has(name)));
  const project = { ...all, services };
  const { environment } = terminal;
  const proxies = proxiesFor('default', { environment, home: environment['HOME'] ?? '/' });
  const text = bakeFile(project, {
    ...{ services: wanted, noCache: options['no-cache'], pull: options.pull },
    ...{ push: options.push, check: options.check },
    labels: (service) => ({
      [label.project]: project.name,
      [label.service]: service,
      [label.version]: versionText(),
    }),
    args: (service) =>
      withProxies(buildArguments(project.services[service]!.build!.args, project.environment), proxies),
    platforms: (service) => buildOperation(project, service, {}).build.platforms ?? [],
    dockerfile: dockerfilePath,
  });
  terminal.stdout.write(`${text}\n`);
}

/** Services and those whose images their builds take as contexts, theirs too. */
function withContexts(project: Project, services: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const context of contextServices(project, name)) add(context);
  };
  for (const name of services) add(name);
  return [...found];
}

/** Absolute for a folder, with the links of its folder resolved; as written for what the engine fetches. */
function dockerfilePath(context: string, dockerfile: string): string {
  if (dockerfile === '' || isRemote(context) || context.includes('://')) return dockerfile;
  const path = isAbsolute(dockerfile) ? dockerfile : join(context, dockerfile);
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}
