import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { isTree, type Tree } from '../yaml/tree.ts';
import { isBelow } from './silence.ts';
import { type Lookup, substitute } from './template.ts';

/** What was read of a project that could not be loaded. */
export interface ReadSoFar {
  readonly documents: readonly Tree[];
  readonly lookup: Lookup;
}

/**
 * The services that have faults, if they alone have: none of them is asked for, and nothing that is asked for
 * depends on them.
 * @returns undefined if the project can't do without what is faulty
 */
export function faultyAndUnneeded(
  diagnostics: readonly Diagnostic[],
  asked: readonly string[],
  read: ReadSoFar,
): readonly string[] | undefined {
  const needed = neededServices(asked, read);
  const known = new Set(read.documents.flatMap((document) => Object.keys(servicesOf(document))));
  const faulty = new Set<string>();
  for (const { severity, path } of diagnostics) {
    if (severity !== 'error') continue;
    const name = serviceOf(path ?? '', known);
    if (name === undefined || needed.has(name)) return undefined;
    faulty.add(name);
  }
  return [...faulty];
}

function serviceOf(path: string, known: ReadonlySet<string>): string | undefined {
  return [...known]
    .filter((name) => isBelow(path, `services.${name}`))
    .sort((a, b) => b.length - a.length)[0];
}

/** The named services with all that they refer to, as far as the files show before they are merged. */
function neededServices(asked: readonly string[], { documents, lookup }: ReadSoFar): ReadonlySet<string> {
  const needed = new Set<string>();
  const visit = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const document of documents) {
      const services = servicesOf(document);
      const service = Object.hasOwn(services, name) ? services[name] : undefined;
      if (isTree(service)) for (const other of referencesOf(service)) visit(filled(other, lookup));
    }
  };
  for (const name of asked) visit(name);
  return needed;
}

function servicesOf(document: Tree): Tree {
  return isTree(document['services']) ? document['services'] : {};
}

const sharing = ['network_mode', 'ipc', 'pid', 'uts', 'cgroup'] as const;

/** Names of services that a service refers to, in whatever form. */
function referencesOf(service: Tree): string[] {
  const extended = service['extends'];
  const build = service['build'];
  const contexts = isTree(build) ? build['additional_contexts'] : undefined;
  return [
    ...namesIn(service['depends_on']),
    ...namesIn(service['links']).map(beforeColon),
    ...namesIn(service['volumes_from']).map(beforeColon),
    ...(typeof extended === 'string' ? [extended] : []),
    ...(isTree(extended) && typeof extended['service'] === 'string' ? [extended['service']] : []),
    ...sharing.flatMap((key) => afterService(service[key])),
    ...(isTree(contexts) ? Object.values(contexts).flatMap(afterService) : []),
    ...namesIn(contexts).flatMap((entry) => afterService(entry.slice(entry.indexOf('=') + 1))),
  ];
}

function namesIn(value: unknown): string[] {
  if (isTree(value)) return Object.keys(value);
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
}

function beforeColon(text: string): string {
  return text.split(':')[0] ?? '';
}

function afterService(value: unknown): string[] {
  return typeof value === 'string' && value.startsWith('service:') ? [value.slice('service:'.length)] : [];
}

function filled(name: string, lookup: Lookup): string {
  try {
    return substitute(name, lookup);
  } catch {
    return name;
  }
}
