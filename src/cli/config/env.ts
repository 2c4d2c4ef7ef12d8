import type { VariableSources } from '../../load/variableSources.ts';

type Show = (file: string) => string;
type Use = VariableSources['uses'][number];

/** What `env explain` prints of one variable. @param show how a file is named */
export function explainVariable({ name, sources, uses, envFiles }: VariableSources, show: Show): string {
  const winner = sources.find(({ value }) => value !== undefined);
  const lines = [winner === undefined ? `${name} is not set` : `${name} = ${JSON.stringify(winner.value)}`];
  for (const one of sources) {
    const where = one.line === undefined ? show(one.source) : `${show(one.source)}:${one.line}`;
    const value = one.value === undefined ? 'not set' : JSON.stringify(one.value);
    const verdict =
      one.value === undefined ? '' : one === winner ? ', which counts' : ', hidden by the one above';
    lines.push(`    from ${where}: ${value}${verdict}`);
  }
  if (sources.length === 1) lines.push('    from .env: there is none');
  for (const use of uses) lines.push(`    used ${useText(use, show)}`);
  if (uses.length === 0) lines.push('    used nowhere in the files');
  for (const { service, file, line, value } of envFiles) {
    lines.push(
      `    not from ${show(file)}:${line}: ${JSON.stringify(value)}: an env_file gives variables to the containers of service "${service}", not to the files`,
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

function useText(use: Use, show: Show): string {
  const { place, path, value } = use;
  const where = place === undefined ? '' : `at ${show(place.file)}:${place.line}:${place.column} `;
  return `${where}for ${path}: ${effect(use, value)}`;
}

function effect(use: Use, value: string | undefined): string {
  if (use.required === true) return value === undefined ? 'it must be set, and is not' : shown(value);
  if (use.alternative !== undefined) {
    return value === undefined ? 'not set, so empty' : `set, so ${JSON.stringify(use.alternative)}`;
  }
  if (use.default !== undefined) {
    return value === undefined || value === ''
      ? `the default ${JSON.stringify(use.default)}`
      : `${shown(value)} instead of the default ${JSON.stringify(use.default)}`;
  }
  return value === undefined ? 'not set, so empty' : shown(value);
}

function shown(value: string): string {
  return JSON.stringify(value);
}

/** The same as data. */
export function variableJson(all: readonly VariableSources[], show: Show): string {
  const list = all.map(({ name, sources, uses, envFiles }) => ({
    name,
    ...(sources.some(({ value }) => value !== undefined) && {
      value: sources.find(({ value }) => value !== undefined)?.value,
    }),
    sources: sources.map((one) => ({ ...one, source: show(one.source) })),
    uses: uses.map(({ place, path, value, default: fallback, required, alternative }) => ({
      ...(place !== undefined && { file: show(place.file), line: place.line, column: place.column }),
      path,
      ...(value !== undefined && { value }),
      ...(fallback !== undefined && { default: fallback }),
      ...(required !== undefined && { required }),
      ...(alternative !== undefined && { alternative }),
    })),
    envFiles: envFiles.map((one) => ({ ...one, file: show(one.file) })),
  }));
  return `${JSON.stringify(list, null, 2)}\n`;
}
