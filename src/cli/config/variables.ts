import type { VariableUseAt } from '../../load/variables.ts';

/** The variables that the files use, one a line, with what happens when they are not set. */
export function variableTable(uses: readonly VariableUseAt[]): string {
  const byName = new Map<string, VariableUseAt>();
  for (const use of uses) byName.set(use.name, { ...use, ...byName.get(use.name) });
  const rows = [...byName.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((use) => [use.name, String(use.required === true), use.default ?? '', use.alternative ?? '']);
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
