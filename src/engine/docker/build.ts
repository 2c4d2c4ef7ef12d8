import { Readable } from 'node:stream';
import { EngineError } from '../../diagnostic/errors.ts';
import { objectOf, parseJson, type Raw, textOf } from '../../util/json.ts';
import type { BuildRequest, CacheEntry } from '../build-request.ts';
import type { LazyDockerode } from './dockerode.ts';
import { followProgress, fromDockerode } from './progress.ts';
import { abortable } from './transfer.ts';

const call = 'POST /build';

/**
 * Builds with the engine's own builder from a tar of the context.
 * @returns the image's id, in the engine's words (short with some)
 */
export async function buildImage(
  dockerode: LazyDockerode,
  request: BuildRequest,
  { podman }: { readonly podman: boolean },
): Promise<string> {
  const { file, ...where } = await inputOf(request);
  const registryConfig = await request.registryConfig?.();
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, ...(request.signal === undefined ? [] : [request.signal])]);
  const query = { ...queryOf(request, registryConfig), ...(podman && podmanLists(request)) };
  const options = { ...query, ...where, ...abortable(signal) };
  let id = '';
  let last = '';
  let brokenContext: Error | undefined;
  file.once('error', (error) => {
    brokenContext = error;
  });
  try {
    const docker = await dockerode.get();
    const stream = await docker.buildImage(file, options);
    await followProgress(call, stream, (message) => {
      const text = outputOf(message);
      if (text !== '') request.on?.output?.(text);
      id = textOf(objectOf(message['aux'])['ID']) || id;
      last = /Successfully built ([0-9a-f]+)/.exec(text)?.[1] ?? last;
    });
  } catch (error) {
    // An engine that refuses has not read all of the context: without this the connection would stay open.
    over.abort();
    // A context that can't be read is told in our own words.
    throw brokenContext ?? fromDockerode(call, error, request.signal);
  } finally {
    file.destroy();
  }
  if (id === '' && last === '') {
    throw new EngineError('other', call, 'the build ended without an image', {
      hint: 'see the output above',
    });
  }
  return id || last;
}

/** The tar that is sent, and the names of what is built. */
async function inputOf({ context, dockerfile }: BuildRequest) {
  if (typeof context === 'string') return { file: Readable.from([]), remote: context, dockerfile };
  if (!('tree' in context)) return { file: context, dockerfile };
  const { tar, dockerfile: name } = await context.archive();
  return { file: tar, dockerfile: name };
}

/** What a person should see: build output, and the pulling of base images. */
function outputOf(message: Raw): string {
  const stream = textOf(message['stream']);
  if (stream !== '') return stream;
  const status = textOf(message['status']);
  // Bars of layers are progress, not output.
  if (status === '' || Object.keys(objectOf(message['progressDetail'])).length > 0) return '';
  const id = textOf(message['id']);
  return `${id === '' ? '' : `${id}: `}${status}\n`;
}

/** Parameters of the API by its names; those left undefined are not sent. */
function queryOf(request: BuildRequest, registryConfig: string | undefined) {
  const given = Object.entries(request.args).flatMap(([key, value]) =>
    value === null ? [] : [[key, value] as const],
  );
  const all = {
    version: '1' as const,
    rm: true,
    forcerm: true,
    t: request.tags[0],
    buildargs: Object.fromEntries(given),
    labels: { ...request.labels },
    target: request.target,
    nocache: request.noCache,
    pull: request.pull,
    networkmode: request.network,
    shmsize: request.shmSize,
    extrahosts: request.extraHosts?.join(','),
    cachefrom: request.cacheFrom === undefined ? undefined : JSON.stringify(cacheImages(request.cacheFrom)),
    ulimits: request.ulimits === undefined ? undefined : JSON.stringify(request.ulimits),
    isolation: request.isolation,
    platform: request.platforms?.[0],
    memory: request.memory,
    registryconfig: registryOf(registryConfig),
  };
  for (const key of Object.keys(all) as (keyof typeof all)[]) if (all[key] === undefined) delete all[key];
  return all;
}

/** Podman takes lists of texts where Docker has other forms. */
function podmanLists({ extraHosts, ulimits }: BuildRequest) {
  const limits = ulimits?.map(({ Name, Soft, Hard }) => `${Name}=${Soft}:${Hard}`);
  return {
    ...(extraHosts !== undefined && { extrahosts: JSON.stringify(extraHosts) }),
    ...(limits !== undefined && { ulimits: JSON.stringify(limits) }),
  };
}

/** It reads caches from images only. */
function cacheImages(entries: readonly CacheEntry[]): string[] {
  return entries.flatMap(({ attributes: { ref } }) => (ref === undefined ? [] : [ref]));
}

/** The header's text, which dockerode makes again from the object. */
function registryOf(header: string | undefined) {
  if (header === undefined) return undefined;
  const raw = objectOf(parseJson(Buffer.from(header, 'base64').toString('utf8')));
  const entries = Object.entries(raw).map(([registry, value]) => {
    const one = objectOf(value);
    return [registry, { username: textOf(one['username']), password: textOf(one['password']) }] as const;
  });
  return Object.fromEntries(entries);
}
