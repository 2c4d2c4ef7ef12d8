import { readFile } from 'node:fs/promises';
import { ensureHelper } from '../../data/image.ts';
import { UserError } from '../../diagnostic/errors.ts';
import type { ContainerBody, FileToCopy } from '../../model/bodies.ts';
import { digest } from '../../model/hash.ts';
import { label } from '../../model/labels.ts';
import type { OperationOf, PlannedFile } from '../../plan/operations.ts';
import { fillPlaceholders, helperImage } from '../../plan/operations.ts';
import { forwarderState } from '../forward/state.ts';
import { withProvided } from '../provider/environment.ts';
import type { NodeContext, Outcome, Run } from '../run.ts';

/** Creates a container, connects it to its further networks and puts its files in. */
export async function createContainer(
  operation: OperationOf<'create-container'>,
  { engine, run, notice }: NodeContext,
): Promise<Outcome> {
  const files = await Promise.all(operation.files.map(readPlanned));
  const completed = await completeBody(
    operation.body,
    run,
    (image) =>
      image === helperImage ? Promise.resolve(undefined) : run.imageId(engine, image, operation.platform),
    (provider, name) => {
      const service = operation.body.Labels[label.service] ?? operation.name;
      notice(
        'warning',
        `provider "${provider}" overrides environment variable "${name}" in service "${service}"`,
      );
    },
    operation.hashed,
  );
  const forward = operation.forward;
  const body =
    forward === undefined ? completed : { ...completed, Image: (await ensureHelper(engine)).image };
  const { id, warnings } = await engine.createContainer(operation.name, body, operation.platform);
  for (const warning of warnings) notice('warning', warning);
  try {
    // One after another: their order decides the order of the interfaces.
    for (const { network, endpoint } of operation.connect) await engine.connectNetwork(network, id, endpoint);
    if (files.length > 0) await engine.copyFiles(id, files);
    if (forward !== undefined) await engine.putArchive(id, '/', await forwarderState(forward));
  } catch (error) {
    // Half a container would be taken for a whole one. If the engine is gone, so is the chance to remove it.
    await engine.removeContainer(id, { force: true, volumes: false }).catch(() => undefined);
    throw error;
  }
  return { created: id };
}

/** Puts the files of a container in once more. */
export async function copyFiles(
  { container, files }: OperationOf<'copy-files'>,
  { engine, idOf }: NodeContext,
): Promise<Outcome> {
  await engine.copyFiles(idOf(container), await Promise.all(files.map(readPlanned)));
  return {};
}

/** Fills in what is known only now: the image's id, ids of containers made before, what providers gave. */
export async function completeBody(
  body: ContainerBody,
  run: Run,
  imageId: (reference: string) => Promise<string | undefined>,
  overridden: (provider: string, variable: string) => void = () => undefined,
  hashed?: string,
): Promise<ContainerBody> {
  const id = await imageId(body.Image);
  const Labels = {
    ...body.Labels,
    ...(id !== undefined && { [label.image]: id }),
    ...(hashed !== undefined && {
      [label.configHash]: digest(fillPlaceholders(hashed, (node) => run.created.get(node))),
    }),
  };
  const Env = withProvided(body.Env, run, body.Labels, overridden);
  return {
    ...body,
    ...(Env !== undefined && { Env }),
    Labels,
    HostConfig: withIds(body.HostConfig, run),
  };
}

function withIds(host: ContainerBody['HostConfig'], run: Run): ContainerBody['HostConfig'] {
  const fill = (text: string): string =>
    fillPlaceholders(text, (node) => {
      const id = run.created.get(node);
      if (id !== undefined) return id;
      throw new UserError('bad-plan', `${text} is needed before it is made`, { hint: 'plan again' });
    });
  return {
    ...host,
    ...(host.NetworkMode !== undefined && { NetworkMode: fill(host.NetworkMode) }),
    ...(host.IpcMode !== undefined && { IpcMode: fill(host.IpcMode) }),
    ...(host.PidMode !== undefined && { PidMode: fill(host.PidMode) }),
    ...(host.VolumesFrom !== undefined && { VolumesFrom: host.VolumesFrom.map(fill) }),
    ...(host.Links !== undefined && { Links: host.Links.map(fill) }),
  };
}

async function readPlanned({ source, target, mode, uid, gid }: PlannedFile): Promise<FileToCopy> {
  if ('content' in source) {
    return { target, mode, uid, gid, content: Buffer.from(source.content, source.encoding ?? 'utf8') };
  }
  try {
    return { target, mode, uid, gid, content: await readFile(source.path) };
  } catch (cause) {
    throw new UserError('file-unreadable', `can't read ${source.path}, which goes to ${target}`, {
      hint: 'check that the file exists and may be read',
      cause,
    });
  }
}
