import { UserError } from '../../diagnostic/errors.ts';
import { type Explained, explainPath, type Step } from '../../load/explain.ts';
import type { LoadedTree } from '../../load/tree.ts';
import type { VariableUseAt } from '../../load/variables.ts';

type Show = (file: string) => string;

const origins = { project: '', included: ' (included)', extended: ' (extended)' } as const;

/**
 * Every value below a path of the model: where it was written, the one that counts last, and by which rule it got there.
 * @param show how a file is named
 * @throws UserError if the project has nothing there
 */
export function explain(loaded: LoadedTree, path: string, format: string | undefined, show: Show): string {
  const all = explainPath(loaded, path);
  if (all === undefined) {
    throw new UserError('TSC146', `the project has nothing at "${path}"`, {
      hint: 'write a path such as services.web.ports',
    });
  }
  return format === 'json' ? json(all, show) : all.map((one) => text(one, show)).join('');
}

function text({ path, value, steps, rule, variables }: Explained, show: Show): string {
  const lines = [
    `${path}: ${JSON.stringify(value)}`,
    ...steps.map((step, i) => `    ${stepText(step, show)}${i < steps.length - 1 ? '  (earlier)' : ''}`),
    `    ${rule}`,
    ...variables.map((use) => `    ${variableText(use)}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function stepText({ place, written, file }: Step, show: Show): string {
  return `${show(place.file)}:${place.line}:${place.column}${origins[file]}  ${written}`;
}

function variableText({ name, value, default: fallback }: VariableUseAt): string {
  if (value !== undefined && value !== '') return `the variable ${name} is ${JSON.stringify(value)}`;
  const what = value === undefined ? 'is not set' : 'is empty';
  return `the variable ${name} ${what}${fallback === undefined ? '' : `: its default ${JSON.stringify(fallback)}`}`;
}

function json(all: readonly Explained[], show: Show): string {
  const list = all.map(({ path, value, steps, rule, variables }) => ({
    path,
    value,
    rule,
    places: steps.map(({ place: { file, line, column }, written, file: from }) => ({
      ...{ file: show(file), line, column, written, from },
    })),
    variables: variables.map(({ name, value: given, default: fallback }) => ({
      name,
      ...(given !== undefined && { value: given }),
      ...(fallback !== undefined && { default: fallback }),
    })),
  }));
  return `${JSON.stringify(list, null, 2)}\n`;
}
