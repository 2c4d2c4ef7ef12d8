import type { Place } from '../diagnostic/diagnostic.ts';
import { UserError } from '../diagnostic/errors.ts';
import type { Project } from '../model/project.ts';
import type { NullableMap, StringMap } from '../model/scalars.ts';
import type { EnvFile, Service } from '../model/service.ts';
import { service as attribute } from '../spec/service.ts';
import { type DotenvEntry, parseDotenv, parseRawEnv } from './dotenv.ts';
import { readEntries } from './envFile.ts';
import type { Problems } from './problems.ts';
import type { Reader } from './request.ts';
import type { Lookup } from './template.ts';

export interface FileContext {
  readonly problems: Problems;
  locate(path: string): readonly Place[];
}

/** Runs what reads the file that is named at a path of the model; undefined if it can't, which is reported. */
type Attempt = <R>(path: string, read: () => R) => R | undefined;

/**
 * Reads `env_file` into `environment` and `label_file` into `labels`; what the service itself says wins. Files
 * that are missing or can't be read are problems.
 */
export function readServiceFiles(
  project: Project,
  reader: Reader,
  lookup: Lookup,
  { problems, locate }: FileContext,
): Project {
  const services: Record<string, Service> = {};
  for (const [name, service] of Object.entries(project.services)) {
    if (service.env_file === undefined && service.label_file === undefined) {
      services[name] = service;
      continue;
    }
    const attempt: Attempt = (at, read) => {
      const path = `services.${name}.${at}`;
      return problems.attempt({ path, place: locate(path).at(-1) }, read);
    };
    services[name] = withLabels(withEnvironment(service, reader, lookup, attempt), reader, attempt);
  }
  return { ...project, services };
}

function withEnvironment(service: Service, reader: Reader, lookup: Lookup, attempt: Attempt): Service {
  const files = service.env_file;
  if (files === undefined) return service;
  const own = service.environment ?? {};
  const values = new Map<string, string | null>();
  const resolve: Lookup = (name) => lookup(name) ?? own[name] ?? values.get(name) ?? undefined;
  for (const [i, file] of files.entries()) {
    const entries = attempt(`env_file[${i}]`, () => readEnv(file, reader, resolve));
    for (const { name, value } of entries ?? []) values.set(name, value);
  }
  for (const [name, value] of Object.entries(own)) values.set(name, value);
  const { env_file: _, ...rest } = service;
  return inOrder(rest, 'environment', values.size === 0 ? undefined : sorted(values));
}

function readEnv(file: EnvFile, reader: Reader, lookup: Lookup): DotenvEntry[] {
  if (reader.kindOf(file.path) === 'missing') {
    if (file.required === false) return [];
    throw new UserError('TSC105', `env file ${file.path} not found`, {
      hint: 'create it, or write it as {path, required: false}',
    });
  }
  if (file.format !== undefined && file.format !== '' && file.format !== 'raw') {
    throw new UserError('TSC144', `the format "${file.format}" of ${file.path} is not known`, {
      hint: 'leave it out, or use raw',
    });
  }
  return readEntries(file.path, reader, lookup, file.format === 'raw' ? parseRawEnv : parseDotenv);
}

function readLabels(path: string, reader: Reader, lookup: Lookup): DotenvEntry[] {
  if (reader.kindOf(path) === 'missing')
    throw new UserError('TSC105', `there is no label file ${path}`, { hint: 'create it' });
  return readEntries(path, reader, lookup);
}

/** Variables in label files are other labels. */
function withLabels(service: Service, reader: Reader, attempt: Attempt): Service {
  const files = service.label_file;
  if (files === undefined) return service;
  const values = new Map<string, string>();
  const lookup: Lookup = (name) => values.get(name);
  for (const [i, path] of files.entries()) {
    const entries = attempt(`label_file[${i}]`, () => readLabels(path, reader, lookup));
    for (const { name, value } of entries ?? []) values.set(name, value);
  }
  for (const [name, value] of Object.entries(service.labels ?? {})) values.set(name, value);
  return inOrder(service, 'labels', values.size === 0 ? undefined : sorted(values));
}

function sorted<T>(values: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...values.keys()].sort().map((name) => [name, values.get(name) as T]));
}

/** Sets an attribute that may not be there yet, at its place in the order of keys. */
function inOrder(
  service: Service,
  key: 'environment' | 'labels',
  value: NullableMap | StringMap | undefined,
): Service {
  if (value === undefined) return service;
  return sortFields({ ...service, [key]: value });
}

function sortFields(service: Service): Service {
  const result: Record<string, unknown> = {};
  const given: Readonly<Record<string, unknown>> = { ...service };
  for (const key in attribute.fields) if (Object.hasOwn(given, key)) result[key] = given[key];
  for (const key of Object.keys(given)) if (!Object.hasOwn(result, key)) result[key] = given[key];
  return result as Service;
}
