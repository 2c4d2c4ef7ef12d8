import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { UserError } from '../../diagnostic/errors.ts';
import { isRemote } from '../../load/files.ts';
import { substitute } from '../../load/template.ts';
import type { Project } from '../../model/project.ts';
import type { ArtifactFile } from '../../registry/artifact.ts';
import { Origins } from '../../yaml/origins.ts';
import { parseDocuments } from '../../yaml/parse.ts';
import { type Edit, replaceValues } from '../../yaml/replace.ts';
import { isTree, type Tree } from '../../yaml/tree.ts';

/** A compose file that is to be published, as text and as values. */
export interface PublishedFile {
  readonly path: string;
  readonly text: string;
  readonly documents: readonly Tree[];
  readonly origins: Origins;
  /** Relative paths of env files and of files to extend count from here. */
  readonly folder: string;
}

/** One place where a file names another one of this machine. */
interface Link {
  readonly edit: Omit<Edit, 'value'>;
  readonly path: string;
}

/** The files of a project, and those of this machine that their services extend, each once. */
export function publishedFiles(project: Project): {
  readonly files: readonly PublishedFile[];
  readonly extended: readonly PublishedFile[];
} {
  const files = project.configFiles.map((path) => readPublished(path, project.workingDir));
  const extended = new Map<string, PublishedFile>();
  const queue = [...files];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    for (const { path } of extendsLinks(file, project)) {
      if (extended.has(path) || files.some((one) => one.path === path)) continue;
      const found = readPublished(path, dirname(path));
      extended.set(path, found);
      queue.push(found);
    }
  }
  return { files, extended: [...extended.values()] };
}

function readPublished(path: string, folder: string): PublishedFile {
  if (path === '-') {
    throw new UserError('publish', "standard input can't be published", { hint: 'save it as a file first' });
  }
  const text = readFileSync(path, 'utf8');
  const origins = new Origins();
  // What is wrong with it was told when the project was loaded.
  const documents = parseDocuments({ file: path, text }, origins, () => {}).filter(isTree);
  return { path, text, documents, origins, folder };
}

/**
 * What goes into the registry: every file with links to its neighbours by names that hold there.
 * @param withEnv env files go too; without them their paths stay as they are
 */
export function artifactFiles(project: Project, withEnv: boolean): readonly ArtifactFile[] {
  const { files, extended } = publishedFiles(project);
  const envFiles = new Map<string, string>();
  const rewritten = (file: PublishedFile): string => {
    const edits = extendsLinks(file, project).map(({ edit, path }) => ({
      ...edit,
      value: nameOf(path, 'yaml'),
    }));
    for (const { edit, path } of withEnv ? envLinks(file, project) : []) {
      if (!existsSync(path)) continue;
      edits.push({ ...edit, value: nameOf(path, 'env') });
      envFiles.set(path, nameOf(path, 'env'));
    }
    return replaceValues(file.text, edits);
  };
  const main = files.map(
    (file): ArtifactFile => ({ kind: 'compose', name: basename(file.path), text: rewritten(file) }),
  );
  const bases = extended.map(
    (file): ArtifactFile => ({ kind: 'extends', name: nameOf(file.path, 'yaml'), text: rewritten(file) }),
  );
  const env = [...envFiles].map(
    ([path, name]): ArtifactFile => ({ kind: 'env', name, text: readFileSync(path, 'utf8') }),
  );
  return [...main, ...bases, ...env];
}

/** A name without meaning, the same for the same path. */
function nameOf(path: string, extension: string): string {
  return `${createHash('sha256').update(path).digest('hex')}.${extension}`;
}

function extendsLinks(file: PublishedFile, project: Project): readonly Link[] {
  return servicesOf(file).flatMap((service) => {
    const given = service['extends'];
    return isTree(given) ? linkAt(file, project, given, 'file') : [];
  });
}

/** Local files that `env_file` of services names, in whatever form. */
export function envLinks(file: PublishedFile, project: Project): readonly Link[] {
  return servicesOf(file).flatMap((service) => {
    const given = service['env_file'];
    if (!Array.isArray(given)) {
      return isTree(given)
        ? linkAt(file, project, given, 'path')
        : linkAt(file, project, service, 'env_file');
    }
    return given.flatMap((entry, i) =>
      isTree(entry) ? linkAt(file, project, entry, 'path') : linkAt(file, project, given, i),
    );
  });
}

export function servicesOf({ documents }: PublishedFile): readonly Tree[] {
  return documents.flatMap(({ services }) =>
    isTree(services) ? Object.values(services).filter(isTree) : [],
  );
}

/** The link that a key or an entry holds; none if it is no text, or leads elsewhere. */
function linkAt(
  { origins, folder }: PublishedFile,
  project: Project,
  container: Tree | readonly unknown[],
  key: string | number,
): readonly Link[] {
  const value = Array.isArray(container) ? container[Number(key)] : (container as Tree)[key];
  const origin = origins.of(container, key).at(-1);
  if (typeof value !== 'string' || value === '' || origin === undefined || isRemote(value)) return [];
  const name = substitute(value, (variable) => project.environment[variable]);
  const path = isAbsolute(name) ? name : resolve(folder, name);
  return [{ path, edit: { offset: origin.offset, entry: typeof key === 'number' } }];
}
