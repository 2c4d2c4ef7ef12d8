import type { Diagnostic, Place } from './diagnostic.ts';

/** One JSON document: `{"diagnostics": [{severity, code, message, file, line, column, …}]}`. */
export function formatJson(diagnostics: readonly Diagnostic[]): string {
  const list = diagnostics.map(({ severity, code, message, place, path, hint, related }) => ({
    severity,
    code,
    message,
    ...flat(place),
    ...(path === undefined ? {} : { path }),
    ...(hint === undefined ? {} : { hint }),
    ...(related === undefined || related.length === 0
      ? {}
      : { related: related.map((one) => ({ message: one.message, ...flat(one.place) })) }),
  }));
  return `${JSON.stringify({ diagnostics: list }, null, 2)}\n`;
}

function flat(place: Place | undefined): Partial<Place> {
  if (place === undefined) return {};
  const { file, line, column, length } = place;
  return { file, line, column, ...(length === undefined ? {} : { length }) };
}
