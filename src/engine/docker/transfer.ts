import type { Readable } from 'node:stream';
import { textOf } from '../../util/json.ts';
import type { Engine } from '../engine.ts';
import type { PullOptions } from '../images.ts';
import { splitReference } from '../reference.ts';
import type { LazyDockerode } from './dockerode.ts';
import { registryError } from './failures.ts';
import { followProgress, fromDockerode, transferProgress } from './progress.ts';

type TransferCalls = Pick<Engine, 'pullImage' | 'pushImage' | 'loadImages'>;

/** The calls that move images in and out of an engine, through dockerode. */
export function transferCalls(dockerode: LazyDockerode): TransferCalls {
  return {
    pullImage: async (reference, options) => {
      const { name, tag } = splitReference(reference);
      const { platform, signal } = options;
      const query = {
        fromImage: name,
        tag,
        ...(platform === undefined ? {} : { platform }),
        ...abortable(signal),
      };
      await transfer(`POST /images/create ${reference}`, options, async () => {
        const docker = await dockerode.get();
        return await docker.createImage(authOf(options), query);
      });
    },
    pushImage: async (reference, options) => {
      const { name, tag } = splitReference(reference);
      await transfer(`POST /images/${reference}/push`, options, async () => {
        const docker = await dockerode.get();
        const authconfig = authOf(options) ?? { base64: emptyAuth };
        return await docker.getImage(name).push({ tag, authconfig, ...abortable(options.signal) });
      });
    },
    loadImages: (archive, signal) => loadImages(dockerode, archive, signal),
  };
}

/** A push without the header is refused by older engines: `{}` in base64. */
export const emptyAuth = 'e30=';

function authOf({ auth }: PullOptions): { base64: string } | undefined {
  return auth === undefined ? undefined : { base64: auth };
}

export function abortable(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

async function transfer(
  call: string,
  { onProgress, signal }: PullOptions,
  open: () => Promise<NodeJS.ReadableStream>,
): Promise<void> {
  try {
    const stream = await open();
    await followProgress(call, stream, (message) => onProgress?.(transferProgress(message)));
  } catch (error) {
    throw registryError(fromDockerode(call, error, signal));
  }
}

/** @returns names, or ids of images without one */
async function loadImages(
  dockerode: LazyDockerode,
  archive: Readable,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const call = 'POST /images/load';
  const loaded: string[] = [];
  try {
    const docker = await dockerode.get();
    const broken = new Promise<never>((_, reject) => archive.once('error', reject));
    const stream = await Promise.race([docker.loadImage(archive, abortable(signal)), broken]);
    await followProgress(call, stream, (message) => {
      for (const match of textOf(message['stream']).matchAll(/Loaded image(?: ID)?(?:\(s\))?: (.+)/g)) {
        loaded.push(...(match[1] ?? '').split(',').map((name) => name.trim()));
      }
    });
  } catch (error) {
    throw fromDockerode(call, error, signal);
  }
  return loaded;
}
