import { randomBytes } from 'node:crypto';
import { EngineError } from '../../diagnostic/errors.ts';
import type { BuildRequest } from '../build-request.ts';
import type { Api } from '../client/api.ts';
import { normalReference } from '../reference.ts';
import { cacheEntries, entitlementsOf, frontendAttributes, treesOf } from './attributes.ts';
import type { Codec } from './codec.ts';
import { type Control, LazyControl, settled } from './control.ts';
import { builderError, placeOf } from './failure.ts';
import type { Handler } from './grpc/server.ts';
import { solveRequest, solveResponse, statusRequest, statusResponse } from './messages.ts';
import { statusListener } from './progress.ts';
import { authHandlers } from './services/auth.ts';
import { fileHandlers } from './services/files.ts';
import { secretHandlers } from './services/secrets.ts';
import { sshHandlers } from './services/ssh.ts';
import { uploadHandlers } from './services/upload.ts';
import { openSession } from './session.ts';

const call = 'POST /grpc Solve';
/** Milliseconds that the last status messages of an ended build may take. */
const lastWords = 1000;

/** The BuildKit of one engine. */
export interface BuildKit {
  /** The engine asks for files, secrets and logins while it works. @returns the image's id */
  build(request: BuildRequest): Promise<string>;
}

/** One connection serves all builds; it is made at the first. */
export function openBuildKit(api: Api): BuildKit {
  const control = new LazyControl(api);
  return { build: (request) => buildWith(api, control, request) };
}

async function buildWith(api: Api, control: LazyControl, request: BuildRequest): Promise<string> {
  const { codec, client } = await control.get();
  let own: { readonly error: unknown } | undefined;
  const failed = (error: unknown): void => {
    own ??= { error };
  };
  const trees = treesOf(request);
  const key = trees['context']?.key ?? trees['dockerfile']?.key ?? '';
  const session = await openSession(api, codec, key, handlersOf(codec, request, failed));
  try {
    const result = await solve({ codec, client }, request, session.id);
    return result['containerimage.digest'] ?? '';
  } catch (error) {
    if (request.signal?.aborted === true) throw request.signal.reason;
    // What went wrong here comes back in the engine's words only.
    if (own !== undefined) throw own.error;
    const place = placeOf(codec, error);
    if (place !== undefined) request.on?.failed?.(place);
    throw builderError(call, error);
  } finally {
    session.close();
  }
}

function handlersOf(
  codec: Codec,
  request: BuildRequest,
  failed: (error: unknown) => void,
): Record<string, Handler> {
  const { secrets, ssh, context, registryAuth, on } = request;
  return {
    ...fileHandlers(codec, { trees: treesOf(request), sent: (bytes) => on?.sent?.(bytes), failed }),
    ...(secrets !== undefined && secretHandlers(codec, secrets)),
    ...(ssh !== undefined && sshHandlers(codec, ssh)),
    ...(registryAuth !== undefined && authHandlers(codec, registryAuth)),
    ...(typeof context !== 'string' && !('tree' in context) && uploadHandlers(codec, context)),
  };
}

async function solve(
  { codec, client }: Control,
  request: BuildRequest,
  session: string,
): Promise<Readonly<Record<string, string>>> {
  const ref = randomBytes(16).toString('hex');
  const message = codec.encode(solveRequest, {
    ...{ ref, session, frontend: 'dockerfile.v0', frontendAttrs: frontendAttributes(request) },
    exporter: 'moby',
    exporterAttrs: { name: request.tags.map(normalReference).join(',') },
    cache: { exports: cacheEntries(request.cacheTo), imports: cacheEntries(request.cacheFrom) },
    entitlements: entitlementsOf(request),
  });
  const over = new AbortController();
  const watching = (async () => {
    const tell = statusListener(request.on ?? {});
    const asked = codec.encode(statusRequest, { ref });
    const path = '/moby.buildkit.v1.Control/Status';
    for await (const status of client.call(path, asked, { signal: over.signal })) {
      tell(codec.decode(statusResponse, status));
    }
  })();
  watching.catch(() => {});
  try {
    const options = request.signal === undefined ? {} : { signal: request.signal };
    for await (const answer of client.call('/moby.buildkit.v1.Control/Solve', message, options)) {
      return codec.decode(solveResponse, answer).exporterResponse ?? {};
    }
    throw new EngineError('other', call, 'the build ended without an image', {
      hint: 'see the output above',
    });
  } finally {
    await settled(watching, lastWords);
    over.abort();
  }
}
