import type { Project } from '../../model/project.ts';
import { planPush } from '../../plan/push.ts';
import type { ArtifactFile } from '../../registry/artifact.ts';
import { artifactReference } from '../../registry/artifact.ts';
import { Registry } from '../../registry/client.ts';
import { copyImage } from '../../registry/copy.ts';
import { publishFiles, publishIndex } from '../../registry/publish.ts';
import type { RegistryWorld } from '../../registry/world.ts';
import { parseReference } from '../../util/reference.ts';
import { change } from '../change.ts';
import { Asker, declined } from '../confirm.ts';
import { openOutput } from '../progress.ts';
import { readingFiles } from '../reading.ts';
import { registryWorld } from '../resolver.ts';
import { type Context, loadRequest, openLoaded, withEngine } from '../session.ts';
import { tellMissed } from '../transfers.ts';
import { versionText } from '../version.ts';
import {
  bindMountQuestion,
  checkPublishable,
  configQuestion,
  environmentQuestion,
  hasPushable,
  leakQuestion,
  leaksOf,
} from './checks.ts';
import { artifactFiles, publishedFiles } from './layers.ts';

export interface PublishWish {
  readonly app: boolean;
  readonly digests: boolean;
  readonly insecure: boolean;
  readonly allowSecrets: boolean;
  readonly withEnv: boolean;
  readonly yes: boolean;
  readonly ociVersion: '1.0' | '1.1' | undefined;
}

/** Asks what has to be asked, pushes images that are built, then brings the files to the registry. */
export async function publishProject(context: Context, text: string, wish: PublishWish): Promise<number> {
  const target = artifactReference(text);
  const { project } = await openLoaded(context, { profiles: ['*'] });
  await check(context, project, wish);
  if (hasPushable(project.services) && !context.global['dry-run']) {
    const code = await pushImages(context, project);
    if (code !== 0) return code;
  }
  const files = artifactFiles(project, wish.withEnv);
  const pinned = wish.digests && !context.global['dry-run'] ? await digestsFile(context, project) : [];
  const progress = await openOutput(context, { command: 'publish' });
  const tell = (status: 'Working' | 'Done' | 'Error', state: string) =>
    progress.emit({ type: 'resource', time: Date.now(), id: text, status, text: state });
  try {
    tell('Working', 'publishing');
    if (!context.global['dry-run']) {
      const world = registryWorld(context);
      const insecure = [...(world.insecure ?? []), ...(wish.insecure ? [target.registry] : [])];
      await send(target, [...files, ...pinned], project, { ...world, insecure }, context, wish);
    }
    tell('Done', 'published');
    return 0;
  } catch (error) {
    tell('Error', 'publishing');
    throw error;
  } finally {
    await progress.close();
  }
}

async function check(context: Context, project: Project, wish: PublishWish): Promise<void> {
  const { files, extended } = publishedFiles(project);
  const all = [...files, ...extended];
  checkPublishable(project, all);
  const { loadProjectTree } = await import('../../load/tree.ts');
  const request = loadRequest(context, { profiles: ['*'], interpolate: false, resolveEnvironment: false });
  const { loaded } = await readingFiles(context, (reader) => loadProjectTree(request, reader));
  const asker = new Asker(context.terminal);
  const ask = async (question: string | undefined, agreed: boolean, hint: string): Promise<void> => {
    if (question === undefined || agreed) return;
    const answer = await asker.ask(question, false);
    if (answer !== true) throw declined(answer, 'nothing was published', hint);
  };
  try {
    await ask(bindMountQuestion(project), wish.yes, 'agree with --yes');
    const leaks = leakQuestion(leaksOf(project, loaded.tree, all));
    await ask(leaks, wish.allowSecrets, 'take the secrets out of the files, or agree with --allow-secrets');
    if (!wish.withEnv) await ask(environmentQuestion(all), wish.yes, 'agree with --with-env or --yes');
    await ask(configQuestion(all), wish.yes, 'agree with --yes');
  } finally {
    asker.close();
  }
}

/** What can't be pushed is told; perhaps the registry has it already. */
async function pushImages(context: Context, project: Project): Promise<number> {
  return await withEngine(context, async (engine) => {
    const wish = { command: 'push', services: [], ignoreFailures: true } as const;
    const outcome = await change(
      context,
      engine,
      { name: project.name, project },
      {
        command: 'push',
        plan: (observed) => planPush(project, observed, wish),
      },
    );
    tellMissed(context, outcome, 'pushed');
    return outcome.exitCode;
  });
}

/** One more compose file, which sets the images of all services by digest. */
async function digestsFile(context: Context, project: Project): Promise<readonly ArtifactFile[]> {
  const [{ withDigests }, { canonicalJson }, { canonicalYaml }] = await Promise.all([
    import('../config/digests.ts'),
    import('../../load/canonical.ts'),
    import('../../output/yaml.ts'),
  ]);
  const pinned = await withDigests(context, project, { only: true });
  const text = await canonicalYaml(canonicalJson(pinned, { escapeDollars: true }));
  return [{ kind: 'compose', name: 'image-digests.yaml', text }];
}

async function send(
  target: ReturnType<typeof artifactReference>,
  files: readonly ArtifactFile[],
  project: Project,
  world: RegistryWorld,
  { signal }: Context,
  { app, ociVersion }: PublishWish,
): Promise<void> {
  const registry = new Registry(target.registry, world);
  const version = versionText();
  const created = new Date().toISOString();
  const subject = await publishFiles(registry, target, { files, version, ociVersion, created, signal });
  if (!app) return;
  const images = new Set(Object.values(project.services).flatMap(({ image }) => image ?? []));
  const manifests = [];
  for (const image of images) {
    const reference = parseReference(image);
    if (reference === undefined) continue;
    const from = { registry: new Registry(reference.registry, world), reference };
    manifests.push(await copyImage(from, { registry, reference: target }));
  }
  await publishIndex(registry, target, subject, manifests, version);
}
