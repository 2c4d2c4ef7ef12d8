import { Readable } from 'node:stream';
import { EngineError, UserError } from '../../diagnostic/errors.ts';
import type { BuildRequest } from '../../engine/build-request.ts';
import type { OperationOf } from '../../plan/operations.ts';
import { isOff } from '../../util/boolean.ts';
import { type Choice, chooseBuilder } from '../build/choose.ts';
import { contextImages, lockedContexts, namedContexts } from '../build/contexts.ts';
import { hintFor } from '../build/hints.ts';
import { renameImagesIn } from '../build/images.ts';
import { withLocalCaches } from '../build/local-cache.ts';
import { type Prepared, prepare } from '../build/prepare.ts';
import { BuildReport } from '../build/report.ts';
import { buildArguments, buildRequest } from '../build/request.ts';
import { withImages } from '../build/rewrite.ts';
import { openSecrets } from '../build/secrets.ts';
import { openSsh } from '../build/ssh.ts';
import type { NodeContext, Outcome } from '../run.ts';
import { isPresent } from '../transfer/present.ts';

type BuildImage = OperationOf<'build-image'>;

/** Builds an image with the builder that can do what the file asks for. */
export async function buildImage(operation: BuildImage, context: NodeContext): Promise<Outcome> {
  const { engine, run, tell } = context;
  const { image, service } = operation;
  if (operation.ifMissing && (await isPresent(engine, image, operation.build.platforms?.[0]))) {
    return { told: true, changed: false };
  }
  const report = new BuildReport(service, image, context, (text) =>
    run.options.output?.({ kind: 'build', service, stream: 'stdout' }, text),
  );
  const started = Date.now();
  const replaced = await run.options.replacing?.(engine, image);
  let id: string;
  try {
    id = await build(operation, context, report);
  } finally {
    await replaced?.();
  }
  run.forgetImage(engine, image);
  const { summary } = report;
  tell('Done', 'Built', {
    milliseconds: Date.now() - started,
    ...(summary !== '' && { details: summary }),
  });
  return { created: id, told: true };
}

async function build(operation: BuildImage, context: NodeContext, report: BuildReport): Promise<string> {
  const { engine, run, signal } = context;
  const { service, build: wish } = operation;
  const choice = await choose(operation, context);
  const { workingDir = '.' } = run.options;
  const { lockedImages = {} } = operation;
  const named = lockedContexts(wish.additional_contexts ?? {}, lockedImages);
  const stands =
    choice.namedContexts || Object.keys(named).length === 0
      ? undefined
      : await contextImages(engine, service, named, { builder: choice.builder, signal });
  let prepared: Prepared | undefined;
  try {
    const { platforms = [`${engine.facts.os}/${engine.facts.arch}`] } = wish;
    const facts = {
      args: buildArguments(wish.args, run.options.environment ?? {}),
      platform: platforms.length === 1 ? platforms[0] : undefined,
      contexts: Object.keys(named),
    };
    prepared = await prepare(service, wish, {
      builder: choice.builder,
      pin: (text) => renameImagesIn(text, facts, (image) => lockedImages[image]),
      ...(stands !== undefined && { rewrite: (text: string) => withImages(text, stands.images) }),
      stdin: run.options.build?.stdin,
    });
    const wanted = {
      ...buildRequest(operation, {
        ...{ project: run.plan.project, builder: choice.builder },
        environment: run.options.environment ?? {},
        toolVersion: run.options.build?.toolVersion,
        proxies: run.options.build?.proxies?.(engine.facts.address),
      }),
      ...(stands === undefined && (await namedContexts(named, workingDir))),
    };
    const request: BuildRequest = {
      ...(await withLocalCaches(wanted, workingDir)),
      ...prepared.request,
      ...(await grantsOf(operation, context)),
      ...(run.options.registryAuth !== undefined && { registryAuth: run.options.registryAuth }),
      ...(run.options.registryConfig !== undefined && { registryConfig: run.options.registryConfig }),
      ...{ on: report.listener, signal },
    };
    return await engine.buildImage(request);
  } catch (error) {
    throw explained(error, service, prepared, report);
  } finally {
    if (prepared?.request.context instanceof Readable) prepared.request.context.destroy();
    await stands?.release();
  }
}

async function choose({ service, build: wish, memory }: BuildImage, context: NodeContext): Promise<Choice> {
  const { engine, run, notice } = context;
  const { kind, apiVersion } = engine.facts;
  const choice = await chooseBuilder(
    service,
    { ...wish, ...(memory !== undefined && { memory }) },
    {
      ...{ kind, apiVersion },
      classicWanted: isOff(run.options.environment?.['DOCKER_BUILDKIT']),
      keepsIndexes: async () => (await engine.info()).imageStore === 'containerd',
    },
  );
  for (const what of choice.without) {
    notice('warning', `service "${service}": this engine's builder does without ${what}`);
  }
  if (choice.because !== undefined) {
    notice(
      'info',
      `service "${service}" is built by the classic builder: BuildKit here has no ${choice.because}`,
    );
  }
  return choice;
}

async function grantsOf(
  { service, build: wish, secrets = [] }: BuildImage,
  { run: { options } }: NodeContext,
): Promise<Pick<BuildRequest, 'secrets' | 'ssh'>> {
  const environment = options.environment ?? {};
  const folders = [options.workingDir, options.build?.folder].filter((one) => one !== undefined);
  return {
    ...(secrets.length > 0 && { secrets: await openSecrets(service, secrets, environment) }),
    ...(wish.ssh?.length && { ssh: await openSsh(service, wish.ssh, { environment, folders }) }),
  };
}

/** Attributes that errors of preparing a build are about, by code. */
const attributes: Readonly<Record<string, string>> = {
  ...{ 'no-context': 'context', 'context-root': 'context', 'context-unreadable': 'context' },
  ...{ 'no-dockerfile': 'dockerfile', 'secret-missing': 'secrets', 'ssh-missing': 'ssh' },
};

function located(error: UserError, service: string): UserError {
  const { code, message, hint, exit, path } = error;
  if (path !== undefined) return error;
  const attribute = attributes[code];
  const at = `services.${service}.build${attribute === undefined ? '' : `.${attribute}`}`;
  return new UserError(code, message, {
    ...{ exit, cause: error, path: at },
    ...(hint !== undefined && { hint }),
  });
}

/** A failure of the builder with the place in the Dockerfile, and what the step said last. */
function explained(
  error: unknown,
  service: string,
  prepared: Prepared | undefined,
  report: BuildReport,
): unknown {
  if (error instanceof UserError) return located(error, service);
  if (!(error instanceof EngineError) || prepared === undefined) return error;
  const { kind, call, message } = error;
  const details = report.explanation(prepared.shown, prepared.text, message);
  const hint = error.hint ?? hintFor(message, prepared.text);
  return new EngineError(kind, call, message, {
    cause: error,
    ...(hint !== undefined && { hint }),
    ...(details !== '' && { details }),
  });
}
