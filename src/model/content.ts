import { createHash } from 'node:crypto';
import type { FileObject, Project } from './project.ts';

/**
 * Digest of what a container does not show of its service, 64 hex digits: the content of all configs and secrets
 * that it is granted, and its `pre_start` hooks. Undefined if it has none of these. `contents` gives the bytes of a file of this machine; what it can't read counts by its path.
 */
export function contentDigest(
  project: Project,
  serviceName: string,
  contents: (path: string) => Uint8Array | undefined,
): string | undefined {
  const service = project.services[serviceName]!;
  const granted = [
    ...(service.configs ?? []).map(({ source }) => ['config', source, project.configs[source]] as const),
    ...(service.secrets ?? []).map(({ source }) => ['secret', source, project.secrets[source]] as const),
  ].filter(([, , object]) => object !== undefined && object.external !== true);
  const hooks = service.pre_start ?? [];
  if (granted.length === 0 && hooks.length === 0) return undefined;
  const hash = createHash('sha256');
  for (const [kind, name, object] of granted) {
    const content = contentOf(project, object!, contents);
    // Lengths keep neighbours apart: "ab","c" is not "a","bc".
    hash.update(`${kind} ${name} ${content.length}\n`).update(content);
  }
  if (hooks.length > 0) hash.update(`pre_start ${JSON.stringify(hooks)}`);
  return hash.digest('hex');
}

function contentOf(
  project: Project,
  object: FileObject,
  contents: (path: string) => Uint8Array | undefined,
): Uint8Array {
  const text = (value: string) => new TextEncoder().encode(value);
  if (object.content !== undefined) return text(object.content);
  if (object.environment !== undefined) return text(project.environment[object.environment] ?? '');
  if (object.file === undefined) return text('');
  return contents(object.file) ?? text(object.file);
}
