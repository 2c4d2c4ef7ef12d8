import { meaningOf } from './codes.ts';
import type { Diagnostic, Place } from './diagnostic.ts';

/** A SARIF 2.1.0 log with one run, for code scanning services. */
export function formatSarif(diagnostics: readonly Diagnostic[]): string {
  const used = [...new Set(diagnostics.map((one) => one.code))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'tscompose',
            rules: used.map((id) => ({ id, shortDescription: { text: meaningOf(id) ?? id } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((one) => result(one, used)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function result(
  { code, severity, message, hint, place, path, related = [] }: Diagnostic,
  used: readonly string[],
) {
  const logicalLocations = path === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: path }] };
  const location = { ...physical(place), ...logicalLocations };
  return {
    ruleId: code,
    ruleIndex: used.indexOf(code),
    level: severity,
    message: { text: hint === undefined ? message : `${message}\nhint: ${hint}` },
    ...(Object.keys(location).length === 0 ? {} : { locations: [location] }),
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((one) => ({
            ...physical(one.place),
            message: { text: one.message },
          })),
        }),
  };
}

function physical(place: Place | undefined) {
  if (place === undefined) return {};
  const { file, line, column, length } = place;
  const endColumn = length === undefined || length === 0 ? {} : { endColumn: column + length };
  const region = { startLine: line, startColumn: column, ...endColumn };
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region } };
}

/** Relative paths stay relative; both kinds are escaped part by part. */
function uriOf(file: string): string {
  const escaped = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  if (escaped.startsWith('/')) return `file://${escaped}`;
  return /^[A-Za-z]%3A\//.test(escaped) ? `file:///${escaped.replace('%3A', ':')}` : escaped;
}
