import { EngineError, type EngineErrorKind } from '../../diagnostic/errors.ts';
import { listOf, numberOf, objectOf, parseJson, textOf } from '../../util/json.ts';
import type { BuildFailure } from '../build-request.ts';
import { failureOf } from '../docker/failures.ts';
import type { Codec } from './codec.ts';
import { GrpcError, statusCode } from './grpc/status.ts';
import { rpcStatus } from './messages.ts';

/** A failed call of the builder, in our terms. */
export function builderError(call: string, error: unknown): unknown {
  if (!(error instanceof GrpcError)) return error;
  const { kind, hint } = failureOf(error.message);
  const lies = kind === 'invalid' && hint !== undefined ? { hint } : {};
  return new EngineError(kindOf(error), call, plain(error.message), { cause: error, ...lies });
}

/** Without the names of BuildKit's parts through which the error came. */
function plain(message: string): string {
  const parts =
    /^(?:failed to solve(?: with frontend [\w.]+)?|failed to create LLB definition|rpc error: code = \w+ desc = [^:]*): /;
  let text = message;
  while (parts.test(text)) text = text.replace(parts, '');
  return text;
}

function kindOf({ code, message }: GrpcError): EngineErrorKind {
  if (code === statusCode.unimplemented) return 'unsupported';
  if (/unauthorized|insufficient_scope|authorization failed|403 Forbidden/i.test(message)) return 'denied';
  if (/: not found$|manifest unknown/.test(message)) return 'not-found';
  if (/no such host|connection refused|i\/o timeout/.test(message)) return 'unreachable';
  return 'other';
}

/** The lines of the Dockerfile that a failure is about, where the builder tells them (BuildKit of Docker 23 on). */
export function placeOf(codec: Codec, error: unknown): BuildFailure | undefined {
  if (!(error instanceof GrpcError) || error.details === undefined) return undefined;
  const { details = [] } = codec.decode(rpcStatus, error.details);
  for (const { typeUrl = '', value } of details) {
    if (!typeUrl.endsWith('errdefs.Source+json')) continue;
    const raw = objectOf(parseJson(Buffer.from(value ?? []).toString('utf8')));
    const info = objectOf(raw['info']);
    const lines = listOf(raw['ranges']).map((range) => numberOf(objectOf(objectOf(range)['start'])['line']));
    if (lines.length === 0) continue;
    const dockerfile = Buffer.from(textOf(info['data']), 'base64').toString('utf8');
    return { dockerfile, first: Math.min(...lines), last: Math.max(...lines) };
  }
  return undefined;
}
