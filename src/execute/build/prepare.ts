import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { UserError } from '../../diagnostic/errors.ts';
import type { BuildRequest } from '../../engine/build-request.ts';
import type { Build } from '../../model/service.ts';
import { openContext } from './context.ts';
import { isRemote } from './remote.ts';
import { readInput } from './stdin.ts';
import { textTree } from './tree.ts';

/** The context of a build and its Dockerfile, ready to be asked for. */
export interface Prepared {
  readonly request: Pick<BuildRequest, 'context' | 'dockerfile' | 'dockerfileTree'>;
  /** The Dockerfile for messages, as far as it is known here. */
  readonly shown: string;
  readonly text: string;
}

export interface PrepareOptions {
  readonly builder: 'buildkit' | 'classic' | 'podman';
  /** Without it the builder could not take the Dockerfile. */
  readonly rewrite?: (text: string) => string;
  /** For every Dockerfile that is on this machine. */
  readonly pin?: (text: string) => string;
  readonly stdin: Readable | undefined;
}

/** @throws UserError for what is not there, or what the builder can't take */
export async function prepare(service: string, build: Build, options: PrepareOptions): Promise<Prepared> {
  const { rewrite, pin } = options;
  const { context = '.', dockerfile = 'Dockerfile', dockerfile_inline: inline } = build;
  if (basename(context) === '-' && options.stdin !== undefined) return fromInput(service, build, options);
  if (isRemote(context)) return remote(service, context, dockerfile, inline, options);
  const opened = await openContext({
    ...{ folder: context, dockerfile, inline },
    rewrite: (text) => pinned(rewrite?.(text) ?? text, pin),
  });
  const { shown, text, ...request } = opened;
  return { request, shown, text };
}

function pinned(text: string, pin: PrepareOptions['pin']): string {
  return pin?.(text) ?? text;
}

function remote(
  service: string,
  context: string,
  dockerfile: string,
  inline: string | undefined,
  { builder, rewrite, pin }: PrepareOptions,
): Prepared {
  if (rewrite !== undefined) {
    throw new UserError(
      'build-unsupported',
      `service "${service}": this engine's builder takes no additional_contexts together with a remote context`,
      { hint: 'check the repository out and use it as a folder' },
    );
  }
  if (inline === undefined) return { request: { context, dockerfile }, shown: dockerfile, text: '' };
  if (builder !== 'buildkit') {
    throw new UserError(
      'build-unsupported',
      `service "${service}": this builder takes no dockerfile_inline together with a remote context`,
      { hint: 'put the Dockerfile into the repository, or use BuildKit' },
    );
  }
  const tree = textTree({ Dockerfile: pinned(inline, pin) });
  const request = { context, dockerfile: 'Dockerfile', dockerfileTree: tree };
  return { request, shown: 'dockerfile_inline', text: inline };
}

/** `context: -`: an archive, or a Dockerfile for a build without a context. */
async function fromInput(
  service: string,
  { dockerfile = 'Dockerfile', dockerfile_inline: inline }: Build,
  { builder, rewrite, pin, stdin }: PrepareOptions,
): Promise<Prepared> {
  const input = await readInput(stdin!);
  if ('dockerfile' in input) {
    const text = pinned(rewrite?.(input.dockerfile) ?? input.dockerfile, pin);
    if (text.trim() === '') {
      throw new UserError('no-context', `service "${service}": nothing came on standard input`, {
        hint: 'context: - reads a tar or a Dockerfile from there: tar c . | tscompose build',
      });
    }
    const tree = textTree({ Dockerfile: text });
    const { archiveOf } = await import('./archive.ts');
    const archive = async () => ({
      tar: await archiveOf(tree, { lines: [], file: undefined }, undefined, undefined),
      dockerfile: 'Dockerfile',
    });
    const request = { context: { tree, archive }, dockerfile: 'Dockerfile', dockerfileTree: tree };
    return { request, shown: 'Dockerfile', text };
  }
  if (inline === undefined && rewrite === undefined) {
    return { request: { context: input.archive, dockerfile }, shown: dockerfile, text: '' };
  }
  if (inline === undefined || builder !== 'buildkit') {
    throw new UserError(
      'build-unsupported',
      `service "${service}": this builder takes the Dockerfile of a context from standard input only as it is`,
      { hint: 'leave out dockerfile_inline and additional_contexts, or use BuildKit of Docker 23 or later' },
    );
  }
  const request = {
    ...{ context: input.archive, dockerfile: 'Dockerfile' },
    dockerfileTree: textTree({ Dockerfile: pinned(inline, pin) }),
  };
  return { request, shown: 'dockerfile_inline', text: inline };
}
