import type { Readable } from 'node:stream';
import { UserError } from '../../diagnostic/errors.ts';
import type { BuildFinding } from '../../engine/build-request.ts';
import type { Engine } from '../../engine/engine.ts';
import type { StringMap } from '../../model/scalars.ts';
import type { OperationOf } from '../../plan/operations.ts';
import { namedContexts } from './contexts.ts';
import { excerpt } from './lines.ts';
import { prepare } from './prepare.ts';
import { buildRequest } from './request.ts';

export interface CheckFacts {
  readonly project: string;
  readonly environment: StringMap;
  readonly workingDir: string;
  readonly stdin: Readable | undefined;
  readonly signal: AbortSignal;
}

/**
 * Checks the Dockerfile of a service without building it.
 * @throws UserError if the engine has no such check, or there is no Dockerfile
 */
export async function checkService(
  engine: Engine,
  operation: OperationOf<'build-image'>,
  { project, environment, workingDir, stdin, signal }: CheckFacts,
): Promise<{ readonly shown: string; readonly findings: readonly BuildFinding[] }> {
  if (engine.checkBuild === undefined) {
    throw new UserError('build-unsupported', `the builder of ${engine.name} has no checks`, {
      hint: 'leave out --check, or use Docker 27 or later',
    });
  }
  const { service, build } = operation;
  const { request, shown } = await prepare(service, build, { builder: 'buildkit', stdin });
  const findings = await engine.checkBuild({
    ...buildRequest(operation, { project, environment, builder: 'buildkit' }),
    ...request,
    ...(await namedContexts(build.additional_contexts ?? {}, workingDir)),
    signal,
  });
  return { shown, findings };
}

/** A finding for people: what, where, and the lines. */
export function findingText(shown: string, { rule, message, url, place }: BuildFinding): string {
  const where = place === undefined ? shown : `${shown}:${place.first}`;
  const kind = rule === '' ? 'error' : `warning ${rule}`;
  const more = url === '' ? [] : [`  ${url}`];
  const lines = place === undefined ? [] : [excerpt(place.dockerfile, place)];
  return [`${where}: ${kind}: ${message}`, ...lines, ...more].join('\n');
}
