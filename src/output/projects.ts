import type { ContainerSummary } from '../engine/engine.ts';
import { forwarderLabel } from '../model/forwarding.ts';
import { label } from '../model/labels.ts';
import { groupBy } from '../util/group-by.ts';

/** A project as `ls` shows it. */
export interface ProjectRow {
  readonly Name: string;
  /** `running(2)`; several states joined by `, `. */
  readonly Status: string;
  readonly ConfigFiles: string;
}

/** One row a project, by name. Forwarders count only where nothing else is left: they are not the user's. */
export function projectRows(containers: readonly ContainerSummary[]): readonly ProjectRow[] {
  const named = containers.filter((c) => (c.labels[label.project] ?? '') !== '');
  return sorted(groupBy(named, (c) => c.labels[label.project]!)).map(([Name, all]) => {
    const own = all.filter((c) => !(forwarderLabel.service in c.labels));
    const members = own.length > 0 ? own : all;
    const files = new Set(members.flatMap((c) => (c.labels[label.configFiles] ?? '').split(',')));
    files.delete('');
    return {
      Name,
      Status: sorted(groupBy(members, (c) => c.state))
        .map(([state, some]) => `${state}(${some.length})`)
        .join(', '),
      ConfigFiles: files.size === 0 ? 'N/A' : [...files].join(','),
    };
  });
}

function sorted<T>(groups: ReadonlyMap<string, T>): [string, T][] {
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
