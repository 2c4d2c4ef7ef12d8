import { randomBytes } from 'node:crypto';
import { EngineError } from '../../diagnostic/errors.ts';
import type { BuildFinding, BuildRequest } from '../build-request.ts';
import type { Api } from '../client/api.ts';
import { normalReference } from '../reference.ts';
import { cacheEntries, entitlementsOf, frontendAttributes } from './attributes.ts';
import { type Control, LazyControl, settled } from './control.ts';
import { builderError, placeOf } from './failure.ts';
import { lint } from './lint.ts';
import { solveRequest, solveResponse, statusRequest, statusResponse } from './messages.ts';
import { statusListener } from './progress.ts';
import { Sessions } from './shared.ts';

const call = 'POST /grpc Solve';
/** Milliseconds that the last status messages of an ended build may take. */
const lastWords = 1000;

/** The BuildKit of one engine. */
export interface BuildKit {
  /** The engine asks for files, secrets and logins while it works. @returns the image's id */
  build(request: BuildRequest): Promise<string>;
  /** What could be better in the Dockerfile; builds nothing. */
  check(request: BuildRequest): Promise<readonly BuildFinding[]>;
}

/** One connection serves all builds; it is made at the first. */
export function openBuildKit(api: Api): BuildKit {
  const control = new LazyControl(api);
  let sessions: Sessions | undefined;
  const withSession = async <T>(
    request: BuildRequest,
    work: (open: Control, session: string) => Promise<T>,
  ): Promise<T> => {
    const open = await control.get();
    sessions ??= new Sessions(api, open.codec);
    return await inSession(open, sessions, request, (session) => work(open, session));
  };
  return {
    build: (request) =>
      withSession(request, async (open, session) => {
        const result = await solve(open, request, session);
        const cache = result['cache.manifest'];
        if (cache !== undefined) {
          for (const store of Object.values(request.stores ?? {})) await store.finish(cache);
        }
        return result['containerimage.digest'] ?? '';
      }),
    check: (request) => withSession(request, (open, session) => lint(open, request, session)),
  };
}

/** Runs a build with a session of its files; what it throws is in our terms. */
async function inSession<T>(
  control: Control,
  sessions: Sessions,
  request: BuildRequest,
  work: (session: string) => Promise<T>,
): Promise<T> {
  let own: { readonly error: unknown } | undefined;
  const { id, leave } = await sessions.join(request, {
    sent: (bytes) => request.on?.sent?.(bytes),
    failed: (error) => {
      own ??= { error };
    },
  });
  try {
    return await work(id);
  } catch (error) {
    if (request.signal?.aborted === true) throw request.signal.reason;
    // What went wrong here comes back in the engine's words only.
    if (own !== undefined) throw own.error;
    const place = placeOf(control.codec, error);
    if (place !== undefined) request.on?.failed?.(place);
    throw builderError(call, error);
  } finally {
    leave();
  }
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
