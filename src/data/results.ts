import { listOf, numberOf, objectOf, textOf, textsOf } from '../util/json.ts';

/** What a look at a volume tells; sizes in bytes. */
export interface VolumeStat {
  readonly entries: number;
  readonly bytes: number;
  /** Of the disk: less than `bytes` where files have holes. */
  readonly used: number;
  readonly sockets: number;
  /** Free on the file system that holds the volume. */
  readonly free: number;
}

/** What one pass over all volumes did. */
export interface PassReport {
  readonly entries: number;
  readonly changed: number;
  readonly deleted: number;
  /** Of content that had changed. */
  readonly bytes: number;
  /** That went over the line; less than `bytes` if compressed. */
  readonly sent: number;
  /** Files that changed while they were read: the next pass sends them again. */
  readonly unsteady: number;
  readonly seconds: number;
  /** Of them, or beside them, for reading back. */
  readonly proving: number;
}

/** A volume as it was proved. */
export interface Verdict {
  /** Over paths, types, modes, owners, times in ns, sizes, links, devices, extended attributes, and contents. */
  readonly digest: string;
  readonly entries: number;
  readonly bytes: number;
  /** What differs from the original, at most twenty of them. */
  readonly differences: readonly string[];
}

export function volumeStats(value: unknown): VolumeStat[] {
  return listOf(value).map((one) => {
    const raw = objectOf(one);
    return {
      entries: numberOf(raw['entries']),
      bytes: numberOf(raw['bytes']),
      used: numberOf(raw['used']),
      sockets: numberOf(raw['sockets']),
      free: numberOf(raw['free']),
    };
  });
}

export function passReport(value: unknown): PassReport {
  const raw = objectOf(value);
  return {
    entries: numberOf(raw['entries']),
    changed: numberOf(raw['changed']),
    deleted: numberOf(raw['deleted']),
    bytes: numberOf(raw['bytes']),
    sent: numberOf(raw['sent']),
    unsteady: numberOf(raw['unsteady']),
    seconds: numberOf(raw['seconds']),
    proving: numberOf(raw['proving']),
  };
}

export function verdict(value: unknown): Verdict {
  const raw = objectOf(value);
  return {
    digest: textOf(raw['digest']),
    entries: numberOf(raw['entries']),
    bytes: numberOf(raw['bytes']),
    differences: textsOf(raw['differences']),
  };
}

export function verdicts(value: unknown): Verdict[] {
  return listOf(value).map(verdict);
}
