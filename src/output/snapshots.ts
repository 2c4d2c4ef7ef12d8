import { type Snapshot, snapshotId } from '../model/snapshot.ts';
import type { RowFormat } from './rows.ts';
import type { Fields } from './template.ts';
import { decimalSize, humanDuration } from './units.ts';

/** @param now milliseconds since 1970 @param exact times and sizes for programs */
export function snapshotFields(snapshot: Snapshot, now: number, exact: boolean): Fields {
  const { name, project, volume, key, reason, keepSeconds, proved } = snapshot;
  const base = { ID: snapshotId(name), Key: key, Project: project, Reason: reason, Volume: volume };
  if (proved === undefined) {
    return { ...base, Created: 'incomplete', Digest: '', Entries: '', Expires: '', Size: '' };
  }
  const made = Date.parse(proved.time);
  const expires = made + keepSeconds * 1000;
  return {
    ...base,
    Created: exact ? proved.time : `${humanDuration((now - made) / 1000)} ago`,
    Digest: `sha256:${proved.digest}`,
    Entries: proved.entries,
    Expires: exact
      ? new Date(expires).toISOString()
      : expires < now
        ? 'now'
        : `in ${humanDuration((expires - now) / 1000)}`,
    Size: exact ? proved.bytes : decimalSize(proved.bytes),
  };
}

export const snapshotFormat: RowFormat = {
  columns: [
    ['ID', 'SNAPSHOT'],
    ['Volume', 'VOLUME'],
    ['Created', 'CREATED'],
    ['Reason', 'REASON'],
    ['Size', 'SIZE'],
    ['Digest', 'DIGEST'],
    ['Expires', 'EXPIRES'],
  ],
  fields: [
    ...['Created', 'Digest', 'Entries', 'Expires', 'ID', 'Key'],
    ...['Project', 'Reason', 'Size', 'Volume'],
  ],
  cell: (row, field) => String(row[field] ?? '').slice(0, field === 'Digest' ? 19 : undefined),
};
