/** Rows below a heading in columns at least `least` wide, `gap` blanks apart; as docker compose's tables. */
export function formatTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  least = 0,
  gap = 3,
): string {
  const widths = heading.map((title, i) =>
    Math.max(least - gap, title.length, ...rows.map((row) => [...(row[i] ?? '')].length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) =>
        i === heading.length - 1 ? cell : cell + ' '.repeat(widths[i]! - [...cell].length + gap),
      )
      .join('')
      .trimEnd()
      .concat('\n');
  return line(heading) + rows.map(line).join('');
}
