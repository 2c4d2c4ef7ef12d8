import { UserError } from '../../diagnostic/errors.ts';
import type { FileToCopy, MountBody } from '../../model/bodies.ts';
import type { FileObject } from '../../model/project.ts';
import type { FileReference } from '../../model/service.ts';
import { apiSocket, givesCredentials } from '../environment.ts';
import type { ContainerInput } from '../input.ts';

type Kind = 'config' | 'secret';

/** What a service's configs and secrets become. */
export interface GrantedFiles {
  readonly mounts: readonly MountBody[];
  readonly files: readonly FileToCopy[];
  readonly warnings: readonly string[];
}

/**
 * Configs and secrets of a service. Content from a variable or the compose file is copied into the
 * container; a file of this machine is bound, or copied if the service asks for an owner or mode.
 * @throws UserError for external ones, which only a Swarm keeps
 */
export function grantedFiles(input: ContainerInput): GrantedFiles {
  const { project, service } = input;
  const mounts: MountBody[] = [];
  const files: FileToCopy[] = [];
  const warnings: string[] = [];
  const add = (kind: Kind, reference: FileReference, object: FileObject | undefined): void => {
    if (object === undefined) throw undefinedFile(kind, reference.source, input.serviceName);
    if (object.external === true) throw externalFile(kind, reference.source, input.serviceName);
    const target = targetOf(kind, reference);
    if (object.environment !== undefined && project.environment[object.environment] === undefined) {
      // As the reference: the container comes without the file.
      warnings.push(unsetVariable(kind, reference.source, object.environment));
      return;
    }
    const content = contentOf(input, reference, object);
    if (content !== undefined) files.push(copied(target, content, reference));
    else if (object.file !== undefined) {
      mounts.push({ Type: 'bind', Source: object.file, Target: target, ReadOnly: true });
      if (hasOwner(reference)) warnings.push(ownerIgnored(kind, reference, object.file));
    } else throw emptyFile(kind, reference.source, object);
  };
  for (const reference of service.configs ?? []) add('config', reference, project.configs[reference.source]);
  for (const reference of service.secrets ?? []) add('secret', reference, project.secrets[reference.source]);
  if (givesCredentials(input) && input.registryConfig !== undefined) {
    files.push(copied(apiSocket.file, encode(input.registryConfig), { source: 'credentials' }));
  }
  return { mounts, files, warnings };
}

/** `/NAME` for configs, `/run/secrets/NAME` for secrets; relative targets start there too. */
export function targetOf(kind: Kind, { source, target }: FileReference): string {
  const wanted = target === undefined || target === '' ? source : target;
  if (wanted.startsWith('/') || /^[A-Za-z]:[\\/]/.test(wanted)) return wanted;
  return kind === 'config' ? `/${wanted}` : `/run/secrets/${wanted}`;
}

function contentOf(
  input: ContainerInput,
  reference: FileReference,
  object: FileObject,
): Uint8Array | undefined {
  if (object.content !== undefined) return encode(object.content);
  if (object.environment !== undefined) {
    return encode(input.project.environment[object.environment] ?? '');
  }
  return object.file !== undefined && hasOwner(reference) ? input.contents?.(object.file) : undefined;
}

function hasOwner({ uid, gid, mode }: FileReference): boolean {
  return uid !== undefined || gid !== undefined || mode !== undefined;
}

function copied(target: string, content: Uint8Array, { uid, gid, mode }: FileReference): FileToCopy {
  return {
    target,
    content,
    mode: mode === undefined ? 0o444 : Number.parseInt(mode, 8),
    uid: idOf('uid', uid, target),
    gid: idOf('gid', gid, target),
  };
}

function idOf(what: 'uid' | 'gid', text: string | undefined, target: string): number {
  if (text === undefined || text === '') return 0;
  if (/^\d+$/.test(text)) return Number(text);
  throw new UserError('TSC301', `${what} "${text}" of ${target} is not a number`, {
    hint: `write the number that the name has in the image: ${what}: "1000"`,
  });
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function ownerIgnored(kind: Kind, { source }: FileReference, file: string): string {
  return `${kind} ${source}: ${file} can't be copied, so it is mounted and keeps its owner and mode`;
}

function undefinedFile(kind: Kind, source: string, service: string): UserError {
  return new UserError('TSC140', `service ${service} uses ${kind} ${source}, which is not defined`, {
    hint: `define it under ${kind}s at the top level`,
  });
}

function externalFile(kind: Kind, source: string, service: string): UserError {
  return new UserError('TSC303', `unsupported external ${kind} ${source} of service ${service}`, {
    hint: `external ${kind}s live in a Swarm; give it a file, environment or content instead`,
  });
}

function emptyFile(kind: Kind, source: string, object: FileObject): UserError {
  const driver = object.driver === undefined ? '' : ` (driver ${object.driver})`;
  return new UserError('TSC304', `${kind} ${source} has no content that this engine can get${driver}`, {
    hint: 'give it a file, environment or content',
  });
}

function unsetVariable(kind: Kind, source: string, variable: string): string {
  return `${kind} ${source}: the variable ${variable} is not set, so the container gets no such file; export it, or put it into the .env file`;
}
