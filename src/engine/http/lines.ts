import { parseJson } from '../../util/json.ts';

/** The JSON values of a stream, one a line (objects without line ends between them are split too). */
export async function* jsonValues(stream: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    rest += chunk instanceof Uint8Array ? decoder.decode(chunk, { stream: true }) : String(chunk);
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield* valuesOf(line);
  }
  yield* valuesOf(rest);
}

function* valuesOf(line: string): Generator<unknown> {
  if (line.trim() === '') return;
  const whole = parseJson(line);
  if (whole !== undefined) {
    yield whole;
    return;
  }
  // Several in a row: the braces between two of them may also stand inside a text.
  let pending = '';
  for (const part of line.split(/(?<=\})(?=\{)/)) {
    pending += part;
    const value = parseJson(pending);
    if (value === undefined) continue;
    pending = '';
    yield value;
  }
}
