import { basename } from 'node:path';
import type { ImageUse } from '../../model/images.ts';
import { imageName } from '../../model/names.ts';
import type { Project } from '../../model/project.ts';
import type { Build } from '../../model/service.ts';
import { buildOperation } from '../../plan/steps/build-operation.ts';
import { dockerfileOf } from './context.ts';
import { imageOf } from './contexts.ts';
import { imagesIn } from './images.ts';
import { isRemote } from './remote.ts';
import { buildArguments } from './request.ts';
import { short } from './rewrite.ts';

/** What the builds of a project start from. */
export interface Bases {
  readonly bases: readonly ImageUse[];
  /** Services whose Dockerfile is not on this machine, and why. */
  readonly unread: readonly { readonly service: string; readonly why: string }[];
}

/**
 * Images that the Dockerfiles of a project name, and its contexts; without those that the project makes itself.
 * @param own the platform that is built for where nothing else is said, such as `linux/amd64`
 */
export async function basesOf(project: Project, own: string): Promise<Bases> {
  const services = { ...project.disabledServices, ...project.services };
  const whole = { ...project, services };
  const built = Object.entries(services).filter(([, { build }]) => build !== undefined);
  const made = new Set(
    built.flatMap(([name, service]) =>
      [imageName(project.name, name, service), ...(service.build?.tags ?? [])].map(short),
    ),
  );
  const bases: ImageUse[] = [];
  const unread: { service: string; why: string }[] = [];
  for (const [service, { build = {} }] of built) {
    const found = await textOf(build);
    const contexts = build.additional_contexts ?? {};
    const others = Object.values(contexts).flatMap((source) => imageOf(source) ?? []);
    if ('why' in found) unread.push({ service, why: found.why });
    const args = buildArguments(build.args, project.environment);
    const { platforms = [undefined] } = buildOperation(whole, service, {}).build;
    for (const platform of platforms) {
      const facts = { args, platform: platform ?? own, contexts: Object.keys(contexts) };
      const named = 'text' in found ? imagesIn(found.text, facts) : [];
      for (const image of [...named, ...others]) {
        if (!made.has(short(image))) bases.push({ service, image, platform });
      }
    }
  }
  return { bases, unread };
}

async function textOf({
  context = '.',
  dockerfile = 'Dockerfile',
  dockerfile_inline: inline,
}: Build): Promise<{ readonly text: string } | { readonly why: string }> {
  if (inline !== undefined) return { text: inline };
  if (basename(context) === '-') return { why: 'its context comes from standard input' };
  if (isRemote(context)) return { why: `its context is ${context}` };
  try {
    return { text: await dockerfileOf(context, dockerfile) };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}
