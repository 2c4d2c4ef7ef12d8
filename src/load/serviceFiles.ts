import { UserError } from '../diagnostic/errors.ts';
import type { Project } from '../model/project.ts';
import type { NullableMap, StringMap } from '../model/scalars.ts';
import type { EnvFile, Service } from '../model/service.ts';
import { service as attribute } from '../spec/service.ts';
import { byBytes } from './decode.ts';
import { type DotenvEntry, DotenvError, parseDotenv, parseRawEnv } from './dotenv.ts';
import type { Reader } from './request.ts';
import type { Lookup } from './template.ts';

/**
 * Reads `env_file` into `environment` and `label_file` into `labels`; what the service itself says wins.
 * @throws UserError for a file that is missing or can't be read
 */
export function readServiceFiles(project: Project, reader: Reader, lookup: Lookup): Project {
  const services: Record<string, Service> = {};
  for (const [name, service] of Object.entries(project.services)) {
    services[name] = withLabels(withEnvironment(service, reader, lookup), reader, lookup);
  }
  return { ...project, services };
}

function withEnvironment(service: Service, reader: Reader, lookup: Lookup): Service {
  const files = service.env_file;
  if (files === undefined) return service;
  const own = service.environment ?? {};
  const values = new Map<string, string | null>();
  const resolve: Lookup = (name) => lookup(name) ?? own[name] ?? values.get(name) ?? undefined;
  for (const file of files)
    for (const { name, value } of readEnv(file, reader, resolve)) values.set(name, value);
  for (const [name, value] of Object.entries(own)) values.set(name, value);
  const { env_file: _, ...rest } = service;
  return inOrder(rest, 'environment', values.size === 0 ? undefined : sorted(values));
}

function readEnv(file: EnvFile, reader: Reader, lookup: Lookup): DotenvEntry[] {
  if (reader.kindOf(file.path) === 'missing') {
    if (file.required === false) return [];
    throw new UserError('TSC105', `there is no env file ${file.path}`, {
      hint: 'create it, or write it as {path, required: false}',
    });
  }
  if (file.format !== undefined && file.format !== '' && file.format !== 'raw') {
    throw new UserError('TSC144', `the format "${file.format}" of ${file.path} is not known`, {
      hint: 'leave it out, or use raw',
    });
  }
  return parsed(file.path, reader, file.format === 'raw' ? parseRawEnv : parseDotenv, lookup);
}

function parsed(path: string, reader: Reader, parse: typeof parseDotenv, lookup: Lookup): DotenvEntry[] {
  try {
    return parse(reader.readText(path), lookup);
  } catch (error) {
    if (!(error instanceof DotenvError)) throw error;
    throw new UserError('TSC113', `${path}:${error.line}: ${error.message}`, { hint: 'write NAME=value' });
  }
}

function withLabels(service: Service, reader: Reader, lookup: Lookup): Service {
  const files = service.label_file;
  if (files === undefined) return service;
  const values = new Map<string, string>();
  for (const path of files) {
    if (reader.kindOf(path) === 'missing')
      throw new UserError('TSC105', `there is no label file ${path}`, { hint: 'create it' });
    for (const { name, value } of parsed(path, reader, parseDotenv, lookup)) values.set(name, value);
  }
  for (const [name, value] of Object.entries(service.labels ?? {})) values.set(name, value);
  return inOrder(service, 'labels', values.size === 0 ? undefined : sorted(values));
}

function sorted<T>(values: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...values.keys()].sort(byBytes).map((name) => [name, values.get(name) as T]));
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
