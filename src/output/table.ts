/** Rows below a heading in columns at least `least` wide, three blanks apart; as docker compose's tables. */
export function formatTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  least = 0,
): string {
  const widths = heading.map((title, i) =>
    Math.max(least - 3, title.length, ...rows.map((row) => [...(row[i] ?? '')].length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) =>
        i === heading.length - 1 ? cell : cell + ' '.repeat(widths[i]! - [...cell].length + 3),
      )
      .join('')
      .trimEnd()
      .concat('\n');
  return line(heading) + rows.map(line).join('');
}
