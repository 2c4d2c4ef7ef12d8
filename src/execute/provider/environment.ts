import { label } from '../../model/labels.ts';
import type { Run } from '../run.ts';

/** Services that a container's depends_on label names: `db:service_started:false,…`. */
export function dependenciesIn(labels: Readonly<Record<string, string>>): readonly string[] {
  const text = labels[label.dependsOn] ?? '';
  return text.split(',').flatMap((entry) => entry.split(':')[0] || []);
}

/**
 * Adds the variables that providers of the services a container depends on have set; they win.
 * @param overridden told of each that replaces another value
 */
export function withProvided(
  env: readonly string[] | undefined,
  run: Run,
  labels: Readonly<Record<string, string>>,
  overridden: (provider: string, variable: string) => void,
): string[] | undefined {
  const own = new Map((env ?? []).map((entry) => [entry.split('=')[0]!, entry]));
  for (const provider of dependenciesIn(labels)) {
    for (const [name, value] of Object.entries(run.provided.get(provider) ?? {})) {
      const entry = `${name}=${value}`;
      if (own.has(name) && own.get(name) !== entry) overridden(provider, name);
      own.delete(name);
      own.set(name, entry);
    }
  }
  return own.size === 0 && env === undefined ? undefined : [...own.values()];
}
