import { EngineError, type EngineErrorKind } from '../../diagnostic/errors.ts';

interface Rule {
  readonly kind: EngineErrorKind;
  readonly says: RegExp;
  readonly hint?: string;
}

/** What engines say when a transfer with a registry, or a build, fails. The first match counts. */
const rules: readonly Rule[] = [
  {
    kind: 'no-space',
    says: /no space left on device|disk quota exceeded|not enough space/,
    hint: 'free space on the machine of the engine: unused images and volumes take most; nothing was tagged',
  },
  {
    kind: 'invalid',
    says: /verification failed for digest|failed size validation|unexpected commit digest|digest did not match|digest mismatch|does not match .*digest|digest .*does not match|unexpected digest/,
    hint: 'the registry, or a proxy before it, sends other bytes than it announced; nothing was tagged. Pull through another mirror, and tell its operator',
  },
  {
    kind: 'invalid',
    says: /invalid reference format/,
    hint: 'an image is written [REGISTRY/]name[:TAG][@DIGEST]: the name in lower case, without blanks',
  },
  {
    kind: 'limited',
    says: /toomanyrequests|too many requests|rate limit|status:? 429/,
    hint: 'the registry lets nobody pull more for now: log in, wait, or use a mirror',
  },
  {
    kind: 'denied',
    says: /unauthorized|authentication required|no basic auth|denied: |access denied|access forbidden/,
    hint: 'check the name; for a private image log in to its registry first (docker login)',
  },
  {
    kind: 'not-found',
    says: /manifest unknown|not found|name unknown|does not exist|no such (image|manifest)|no matching manifest/,
    hint: 'check the name, the tag and the platform',
  },
  {
    kind: 'unreachable-registry',
    says: /no such host|certificate|x509|http response to https client/,
    hint: 'check the name of the registry, the network of the engine and its certificates',
  },
  {
    // containerd asks a mirror for the images of another registry with `?ns=`.
    kind: 'transient',
    says: /http\S*\/v2\/\S*\?ns=.*(?:connection refused|timeout|timed out|deadline exceeded|unreachable|\b5\d\d\b)/,
    hint: 'a mirror of the engine (registry-mirrors in its daemon.json) does not answer, nor the registry itself: try again later, or take the mirror out',
  },
  {
    kind: 'transient',
    says: /timeout|timed out|deadline exceeded|connection re(set|fused)|broken pipe|unexpected eof|\beof$|temporary failure|server misbehaving|unexpected http status: 5\d\d|status(?: code)?:? 5\d\d|received unexpected http status|unreachable|bad gateway|service unavailable|internal server error|content-length mismatch|short read/,
    hint: 'the registry or the way to it is disturbed: try again later',
  },
];

/** What kind of failure an engine's words tell of; `other` if they are not known. */
export function failureOf(message: string): { readonly kind: EngineErrorKind; readonly hint?: string } {
  const words = message.toLowerCase().trim();
  const rule = rules.find(({ says }) => says.test(words));
  return rule ?? { kind: 'other' };
}

/** The error of a transfer with the kind that its words tell. What is no answer of the engine stays as it is. */
export function registryError(error: unknown): unknown {
  if (!(error instanceof EngineError) || error.kind === 'unreachable') return error;
  const { kind, hint } = failureOf(error.message);
  if (kind === 'other') return error;
  return new EngineError(kind, error.call, error.message, {
    ...(hint !== undefined && { hint }),
    cause: error,
  });
}
