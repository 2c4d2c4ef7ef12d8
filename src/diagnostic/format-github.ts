import { meaningOf } from './codes.ts';
import type { Diagnostic } from './diagnostic.ts';

/** Workflow commands that GitHub shows as notes beside the lines of a change: `::error file=…,line=…::message`. */
export function formatGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((one) => `${command(one)}\n`).join('');
}

function command({ severity, code, message, place, hint }: Diagnostic): string {
  const meaning = meaningOf(code);
  const properties: [string, string | number][] = [];
  if (place !== undefined) {
    properties.push(['file', place.file], ['line', place.line], ['col', place.column]);
    if (place.length !== undefined && place.length > 0)
      properties.push(['endColumn', place.column + place.length]);
  }
  properties.push(['title', meaning === undefined ? code : `${code}: ${meaning}`]);
  const list = properties.map(([name, value]) => `${name}=${property(String(value))}`).join(',');
  return `::${severity} ${list}::${data(hint === undefined ? message : `${message}\nhint: ${hint}`)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
