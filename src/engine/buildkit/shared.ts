import type { BuildRequest } from '../build-request.ts';
import type { Api } from '../client/api.ts';
import { treesOf } from './attributes.ts';
import type { Codec } from './codec.ts';
import type { Handler } from './grpc/server.ts';
import { authHandlers } from './services/auth.ts';
import { blobHandlers } from './services/blobs.ts';
import { fileHandlers } from './services/files.ts';
import { secretHandlers } from './services/secrets.ts';
import { sshHandlers } from './services/ssh.ts';
import { uploadHandlers } from './services/upload.ts';
import { openSession, type Session } from './session.ts';

/** What one build hears of its session. */
export interface SessionUser {
  readonly sent: (bytes: number) => void;
  readonly failed: (error: unknown) => void;
}

interface Open {
  readonly session: Promise<Session>;
  readonly users: Set<SessionUser>;
}

/**
 * Sessions of the builds that run now. Builds from the same folders share one: the engine then reads the files
 * once for all of them. What is only one build's, such as a secret, is in a session of its own.
 */
export class Sessions {
  readonly #api: Api;
  readonly #codec: Codec;
  readonly #open = new Map<string, Open>();

  constructor(api: Api, codec: Codec) {
    this.#api = api;
    this.#codec = codec;
  }

  /** @returns the session's id, and what ends this build's use of it */
  async join(request: BuildRequest, user: SessionUser): Promise<{ id: string; leave: () => void }> {
    const key = keyOf(request);
    const known = this.#open.get(key);
    const open = known ?? this.#start(key, request);
    open.users.add(user);
    const leave = () => {
      open.users.delete(user);
      if (open.users.size > 0) return;
      this.#open.delete(key);
      open.session.then((session) => session.close()).catch(() => {});
    };
    try {
      return { id: (await open.session).id, leave };
    } catch (error) {
      leave();
      throw error;
    }
  }

  #start(key: string, request: BuildRequest): Open {
    const users = new Set<SessionUser>();
    const all: SessionUser = {
      sent: (bytes) => users.forEach((user) => void user.sent(bytes)),
      failed: (error) => users.forEach((user) => void user.failed(error)),
    };
    const session = openSession(
      this.#api,
      this.#codec,
      treeKey(request),
      handlersOf(this.#codec, request, all),
    );
    const open = { session, users };
    this.#open.set(key, open);
    return open;
  }
}

/** Stable for the context's folder, so that the engine knows what it has of it. */
function treeKey(request: BuildRequest): string {
  const trees = treesOf(request);
  return trees['context']?.key ?? trees['dockerfile']?.key ?? '';
}

let counter = 0;

/** The same for requests that may share a session. */
function keyOf(request: BuildRequest): string {
  const { secrets, ssh, stores, context } = request;
  const stream = typeof context !== 'string' && !('tree' in context);
  const trees = Object.entries(treesOf(request)).map(([name, tree]) => `${name}=${tree.key}`);
  counter += 1;
  const own = secrets !== undefined || ssh !== undefined || stores !== undefined || stream;
  return own ? `own ${counter}` : trees.join(' ');
}

function handlersOf(codec: Codec, request: BuildRequest, user: SessionUser): Record<string, Handler> {
  const { secrets, ssh, stores, context, registryAuth } = request;
  return {
    ...fileHandlers(codec, { trees: treesOf(request), ...user }),
    ...(secrets !== undefined && secretHandlers(codec, secrets)),
    ...(ssh !== undefined && sshHandlers(codec, ssh)),
    ...(stores !== undefined && blobHandlers(codec, stores)),
    ...(registryAuth !== undefined && authHandlers(codec, registryAuth)),
    ...(typeof context !== 'string' && !('tree' in context) && uploadHandlers(codec, context)),
  };
}
