import type { Dossier } from './dossier.ts';

/** The dossier for people: a few indented lines, no colour. */
export function dossierText(dossier: Dossier): string {
  const { service, container, neededBy, exitCode, oomKilled, health, probes, log, cause } = dossier;
  const lines = [`service ${service} (container ${container})`];
  const add = (text: string) => lines.push(`  ${text}`);
  if (neededBy.length > 0) add(`needed by: ${neededBy.join(', ')}`);
  if (exitCode !== undefined) add(`exit code: ${exitCode}${oomKilled ? ', out of memory' : ''}`);
  if (health !== undefined) add(`health: ${health}`);
  for (const probe of probes) {
    const output = probe.output.split('\n').slice(0, 3).join(' | ');
    add(`probe: exit ${probe.exitCode}${output === '' ? '' : `: ${output}`}`);
  }
  if (log.length > 0) {
    add(`last ${log.length === 1 ? 'log line' : `${log.length} log lines`}:`);
    for (const line of log) add(`  ${line}`);
  }
  if (cause !== undefined) {
    add(`likely cause: ${cause.text}`);
    add(`help: ${cause.hint}`);
  }
  return lines.join('\n');
}
