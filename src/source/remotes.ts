import { join } from 'node:path';
import { EngineError, UserError } from '../diagnostic/errors.ts';
import type { Reader } from '../load/request.ts';
import type { RemoteVersion } from '../model/remote.ts';
import type { StringMap } from '../model/scalars.ts';
import type { RegistryWorld } from '../registry/world.ts';
import { isOff } from '../util/boolean.ts';

export interface Fetched {
  /** Of the compose file in the local copy. */
  readonly path: string;
  readonly version: RemoteVersion;
}

export interface RemoteWish {
  readonly environment: StringMap;
  readonly world: RegistryWorld;
  /** The version that a lock file names for a reference. */
  readonly pinned: (reference: string) => Promise<RemoteVersion | undefined>;
}

/** The loader needs a file that is not on this machine yet. Never leaves this file. */
class RemoteNeeded extends Error {
  readonly reference: string;
  constructor(reference: string) {
    super(reference);
    this.reference = reference;
  }
}

/** More files than this from elsewhere are a circle. */
const mostRemotes = 100;

/**
 * Loads with files from git and registries: what the loader asks for and is not here yet is fetched, then it
 * loads again.
 * @returns what was loaded, and the version of each file from elsewhere by its reference
 */
export async function loadWithRemotes<R>(
  reader: Reader,
  wish: RemoteWish,
  load: (reader: Reader) => R,
): Promise<{ readonly loaded: R; readonly remotes: ReadonlyMap<string, RemoteVersion> }> {
  const here = new Map<string, Fetched>();
  const failures = new Map<string, UserError>();
  const fetchRemote = (reference: string): string => {
    const failure = failures.get(reference);
    if (failure !== undefined) throw failure;
    const known = here.get(reference);
    if (known === undefined) throw new RemoteNeeded(reference);
    return known.path;
  };
  for (;;) {
    try {
      const loaded = load({ ...reader, fetchRemote });
      return { loaded, remotes: new Map([...here].map(([reference, { version }]) => [reference, version])) };
    } catch (error) {
      if (!(error instanceof RemoteNeeded)) throw error;
      if (here.size >= mostRemotes) {
        throw new UserError('TSC131', `more than ${mostRemotes} files come from elsewhere`, {
          hint: 'look for one that includes itself',
        });
      }
      const { reference } = error;
      try {
        here.set(reference, await fetchOne(reference, wish));
      } catch (failure) {
        // The loader knows where the reference is written: it tells the failure when it comes there again.
        failures.set(reference, unfetched(reference, failure));
      }
    }
  }
}

/** What went wrong, as a problem of the files. */
function unfetched(reference: string, cause: unknown): UserError {
  if (!(cause instanceof UserError || cause instanceof EngineError)) throw cause;
  const { message, hint } = cause;
  const about = message.includes(reference) ? message : `${reference} can't be fetched: ${message}`;
  return new UserError('TSC105', about, { cause, ...(hint !== undefined && { hint }) });
}

/** Where copies of files from elsewhere are kept. */
export function cacheFolder(environment: StringMap, home: string): string {
  return join(environment['XDG_CACHE_HOME'] || join(home, '.cache'), 'tscompose');
}

async function fetchOne(reference: string, { environment, world, pinned }: RemoteWish): Promise<Fetched> {
  const cache = cacheFolder(environment, world.home);
  const version = await pinned(reference);
  if (reference.startsWith('oci://')) {
    allow('COMPOSE_EXPERIMENTAL_OCI_REMOTE', reference, environment);
    const { fetchOci } = await import('./oci.ts');
    const digest = version !== undefined && 'digest' in version ? version.digest : undefined;
    return await fetchOci(reference, cache, world, digest);
  }
  allow('COMPOSE_EXPERIMENTAL_GIT_REMOTE', reference, environment);
  const { fetchGit } = await import('./git.ts');
  const commit = version !== undefined && 'commit' in version ? version.commit : undefined;
  return await fetchGit(reference, cache, commit);
}

function allow(variable: string, reference: string, environment: StringMap): void {
  if (!isOff(environment[variable])) return;
  throw new UserError('TSC105', `${reference}: files from elsewhere are switched off`, {
    hint: `unset ${variable}, or name a local copy`,
  });
}
