import { EngineError, type EngineErrorKind } from '../../diagnostic/errors.ts';
import { objectOf, parseJson, textOf } from '../../util/json.ts';

/** Podman answers 500 where Docker has a status of its own: its words tell what is meant. */
const wordsOfConflict = [
  'already in use',
  'already used',
  'already exists',
  'already connected',
  'container state improper',
  'being used',
  'has dependent containers',
  'is in use',
  'has active endpoints',
  'is not running',
  'is already paused',
  'is not paused',
  'cannot remove container',
];
const wordsOfMissing = [
  'no such container',
  'no such network',
  'no such volume',
  'no such image',
  'no such pod',
];
const wordsOfInvalid = [
  'invalid argument',
  'is not a valid filter',
  'invalid filter',
  'parsing',
  'executable file',
];

/** The kind of error that an HTTP status and the engine's words stand for. */
export function kindOf(status: number, message: string): EngineErrorKind {
  const words = message.toLowerCase();
  if (status === 404) return isMissingRoute(words) ? 'unsupported' : 'not-found';
  if (status === 409) return 'conflict';
  if (status === 401 || status === 403) {
    return wordsOfConflict.some((word) => words.includes(word)) ? 'conflict' : 'denied';
  }
  if (status === 501 || status === 405) return 'unsupported';
  if (status >= 400 && status < 500) return 'invalid';
  if (status === 503 && words.includes('swarm')) return 'unsupported';
  if (wordsOfMissing.some((word) => words.includes(word))) return 'not-found';
  if (wordsOfConflict.some((word) => words.includes(word))) return 'conflict';
  if (wordsOfInvalid.some((word) => words.includes(word))) return 'invalid';
  return 'other';
}

function isMissingRoute(words: string): boolean {
  return words.trim() === '' || words.includes('page not found') || words.trim() === 'not found';
}

/** The engine's message of an error body: JSON `{message}` (Podman adds `cause`), or plain text. */
export function messageOf(body: string): string {
  const parsed = objectOf(parseJson(body));
  const message = textOf(parsed['message']) || textOf(parsed['errorDetail']) || textOf(parsed['error']);
  return (message || body).trim();
}

export function refusal(call: string, status: number, body: string): EngineError {
  const message = messageOf(body);
  return new EngineError(
    kindOf(status, message),
    call,
    message || `the engine answered with status ${status}`,
  );
}

/** An error of the connection itself. */
export function connectionError(call: string, address: string, error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  if (code === 'EACCES' || code === 'EPERM') {
    return new EngineError('denied', call, `no permission to use the engine at ${address}`, {
      hint: 'run as a member of the group that owns the socket, or use a rootless engine',
      cause: error,
    });
  }
  return new EngineError('unreachable', call, `${address}: ${explain(code, text)}`, {
    hint: '"tscompose engine status" shows which engines answer',
    cause: error,
  });
}

function explain(code: string, text: string): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such socket';
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the engine closed the connection';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host name has no address';
    case 'ETIMEDOUT':
      return 'no answer in time';
    case 'HPE_INVALID_CONSTANT':
      return 'it does not speak HTTP (is TLS needed? set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH)';
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
      return 'the server does not speak TLS (unset DOCKER_TLS_VERIFY, or use its TLS port)';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `its certificate is not signed by the given authority (${text}); check DOCKER_CERT_PATH/ca.pem`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `its certificate is for another name: ${text}`;
    case 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED':
    case 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE':
      return 'the server wants a client certificate (DOCKER_CERT_PATH/cert.pem and key.pem)';
    default:
      return text;
  }
}

/** `code` of a Node error, '' if it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? textOf(error.code) : '';
}
