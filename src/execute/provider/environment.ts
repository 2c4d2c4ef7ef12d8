import { label } from '../../model/labels.ts';
import type { Run } from '../run.ts';

/** Services that a container's depends_on label names: `db:service_started:false,…`. */
export function dependenciesIn(labels: Readonly<Record<string, string>>): readonly string[] {
  const text = labels[label.dependsOn] ?? '';
  return text.split(',').flatMap((entry) => entry.split(':')[0] || []);
}

/** Adds the variables that providers of the services a container depends on have set; they win. */
export function withProvided(
  env: readonly string[] | undefined,
  run: Run,
  labels: Readonly<Record<string, string>>,
): string[] | undefined {
  const provided = Object.assign(
    {},
    ...dependenciesIn(labels).map((service) => run.provided.get(service) ?? {}),
  );
  const names = Object.keys(provided);
  if (names.length === 0) return env === undefined ? undefined : [...env];
  const own = (env ?? []).filter((entry) => !names.includes(entry.split('=')[0]!));
  return [...own, ...names.map((name) => `${name}=${provided[name]}`)];
}
