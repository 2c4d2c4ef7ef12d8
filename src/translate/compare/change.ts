/** One difference between a container as wanted and as it is, in the words of a compose file. */
export interface FieldChange {
  /** For example `environment.DEBUG` or `ports.80/tcp`. */
  readonly field: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Differences of two parts taken apart; `accepts` forgives what only the engine set. */
export function differences(
  attribute: string,
  wanted: Readonly<Record<string, string>>,
  observed: Readonly<Record<string, string>>,
  accepts: (field: string, value: string) => boolean,
  same: (before: string, after: string) => boolean = () => false,
): FieldChange[] {
  const fields = [...new Set([...Object.keys(wanted), ...Object.keys(observed)])].sort();
  return fields.flatMap((field) => {
    const after = wanted[field];
    const before = observed[field];
    if (before === after) return [];
    if (before === undefined || after === undefined) {
      if (accepts(field, before ?? after!)) return [];
    } else if (same(before, after)) return [];
    return [{ field: `${attribute}${field}`, before, after }];
  });
}
