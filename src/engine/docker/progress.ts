import { EngineError } from '../../diagnostic/errors.ts';
import { isObject, numberOf, objectOf, type Raw, textOf } from '../../util/json.ts';
import { refusal } from '../http/errors.ts';
import { jsonValues } from '../http/lines.ts';
import type { TransferProgress } from '../images.ts';
import { failureOf } from './failures.ts';

/**
 * Reads a stream of progress messages to its end. An engine tells failures inside it, after status 200.
 * @throws EngineError for such a failure
 */
export async function followProgress(
  call: string,
  stream: AsyncIterable<unknown>,
  onMessage: (message: Raw) => void,
): Promise<void> {
  for await (const value of jsonValues(stream)) {
    const message = objectOf(value);
    const failure = textOf(objectOf(message['errorDetail'])['message']) || textOf(message['error']);
    if (failure !== '') {
      const { kind, hint } = failureOf(failure);
      throw new EngineError(kind, call, failure.trim(), hint === undefined ? {} : { hint });
    }
    onMessage(message);
  }
}

export function transferProgress(message: Raw): TransferProgress {
  const detail = objectOf(message['progressDetail']);
  return {
    id: textOf(message['id']),
    status: textOf(message['status']),
    ...(detail['current'] === undefined ? {} : { current: numberOf(detail['current']) }),
    ...(detail['total'] === undefined ? {} : { total: numberOf(detail['total']) }),
  };
}

/** An error of dockerode in our terms; an aborted signal's reason stays what it is. */
export function fromDockerode(call: string, error: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (error instanceof EngineError || !(error instanceof Error)) return error;
  const status = 'statusCode' in error ? numberOf(error.statusCode) : 0;
  if (status === 0) return new EngineError('unreachable', call, error.message, { cause: error });
  const body = 'json' in error && isObject(error.json) ? JSON.stringify(error.json) : bare(error.message);
  return refusal(call, status, body);
}

/** Its messages begin with `(HTTP code 404) no such image - `. */
function bare(message: string): string {
  return message.replace(/^\(HTTP code \d+\) .*? - /, '').trim();
}
