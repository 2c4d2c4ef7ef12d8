import { randomBytes } from 'node:crypto';
import { listOf, numberOf, objectOf, parseJson, type Raw, textOf } from '../../util/json.ts';
import type { BuildFailure, BuildFinding, BuildRequest } from '../build-request.ts';
import { frontendAttributes } from './attributes.ts';
import type { Control } from './control.ts';
import { gatewaySolveRequest, gatewaySolveResponse, returnRequest, solveRequest } from './messages.ts';

const bridge = '/moby.buildkit.v1.frontend.LLBBridge';

/**
 * Asks the front end for its check of the Dockerfile: a build is opened that does nothing by itself, the question
 * goes through its gateway, and the answer ends it.
 */
export async function lint(
  { codec, client }: Control,
  request: BuildRequest,
  session: string,
): Promise<readonly BuildFinding[]> {
  const ref = randomBytes(16).toString('hex');
  const options = {
    metadata: { 'buildkit-controlapi-buildid': ref },
    ...(request.signal !== undefined && { signal: request.signal }),
  };
  const attributes = frontendAttributes(request);
  const opened = codec.encode(solveRequest, {
    ref,
    session,
    frontendAttrs: attributes,
    cache: {},
    internal: true,
  });
  const open = last(client.call('/moby.buildkit.v1.Control/Solve', opened, options));
  // Told by what follows.
  open.catch(() => {});
  const question = codec.encode(gatewaySolveRequest, {
    frontend: 'dockerfile.v0',
    frontendOpt: {
      ...attributes,
      requestid: 'frontend.lint',
      'frontend.caps': 'moby.buildkit.frontend.subrequests+forward',
    },
    ...{ allowResultReturn: true, allowResultArrayRef: true },
  });
  try {
    const answer = await last(client.call(`${bridge}/Solve`, question, options));
    const { result } = codec.decode(gatewaySolveResponse, answer);
    const json = Buffer.from(result?.metadata?.['result.json'] ?? []).toString('utf8');
    return findingsOf(objectOf(parseJson(json)));
  } finally {
    const end = codec.encode(returnRequest, { result: { metadata: {} } });
    await last(client.call(`${bridge}/Return`, end, options)).catch(() => {});
    await open.catch(() => {});
  }
}

async function last(messages: AsyncIterable<Buffer>): Promise<Uint8Array> {
  let found: Uint8Array = new Uint8Array();
  for await (const message of messages) found = message;
  return found;
}

/** @param raw the front end's report */
export function findingsOf(raw: Raw): readonly BuildFinding[] {
  const sources = listOf(raw['sources']).map((one) =>
    Buffer.from(textOf(objectOf(one)['data']), 'base64').toString('utf8'),
  );
  const warnings = listOf(raw['warnings']).map(objectOf);
  const found = warnings.map((warning): BuildFinding => {
    const place = placeIn(sources, objectOf(warning['location']));
    return {
      rule: textOf(warning['ruleName']),
      message: textOf(warning['detail']) || textOf(warning['description']),
      url: textOf(warning['url']),
      ...(place !== undefined && { place }),
    };
  });
  const failure = objectOf(raw['buildError']);
  const message = textOf(failure['message']);
  if (message === '') return found;
  const place = placeIn(sources, objectOf(failure['location']));
  return [...found, { rule: '', message, url: '', ...(place !== undefined && { place }) }];
}

function placeIn(sources: readonly string[], location: Raw): BuildFailure | undefined {
  const dockerfile = sources[numberOf(location['sourceIndex'])];
  const ranges = listOf(location['ranges']).map(objectOf);
  const lines = ranges.map((range) => numberOf(objectOf(range['start'])['line']));
  if (dockerfile === undefined || lines.length === 0) return undefined;
  const ends = ranges.map((range) => numberOf(objectOf(range['end'])['line']));
  return { dockerfile, first: Math.min(...lines), last: Math.max(...lines, ...ends) };
}
