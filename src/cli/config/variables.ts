import { type VariableUse, variablesOf } from '../../load/template.ts';

/** Every use of a variable in the texts of a tree; what a use falls back on counts too. */
export function usesIn(value: unknown): readonly VariableUse[] {
  if (typeof value === 'string') return variablesOf(value);
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(usesIn);
}

/** The variables that the files use, one a line, with what happens when they are not set. */
export function variableTable(uses: readonly VariableUse[]): string {
  const rows = byName(uses).map((use) => [
    use.name,
    String(use.required === true),
    use.default ?? '',
    use.alternative ?? '',
  ]);
  const table = [['NAME', 'REQUIRED', 'DEFAULT VALUE', 'ALTERNATE VALUE'], ...rows];
  const widths = [0, 1, 2, 3].map((i) => Math.max(20, ...table.map((row) => (row[i] ?? '').length + 3)));
  return table
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('')
          .trimEnd()}\n`,
    )
    .join('');
}

/** The same as YAML, with the keys that docker compose has there. */
export async function variableYaml(uses: readonly VariableUse[]): Promise<string> {
  const { dump } = await import('js-yaml');
  const entries = byName(uses).map((use) => [
    use.name,
    {
      name: use.name,
      defaultvalue: use.default ?? '',
      presencevalue: use.alternative ?? '',
      required: use.required === true,
    },
  ]);
  return dump(Object.fromEntries(entries), { indent: 4, lineWidth: -1, quoteStyle: 'double' });
}

/** The same as one object by name. */
export function variableJson(uses: readonly VariableUse[]): string {
  const entries = byName(uses).map((use) => [
    use.name,
    {
      Name: use.name,
      DefaultValue: use.default ?? '',
      PresenceValue: use.alternative ?? '',
      Required: use.required === true,
    },
  ]);
  return JSON.stringify(Object.fromEntries(entries), null, 4);
}

/** Each once, sorted; what the first use says comes first. */
function byName(uses: readonly VariableUse[]): VariableUse[] {
  const all = new Map<string, VariableUse>();
  for (const use of uses) all.set(use.name, { ...use, ...all.get(use.name) });
  return [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
