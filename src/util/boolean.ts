/** A variable that says no, as Go reads booleans. */
export function isOff(value: string | undefined): boolean {
  return value !== undefined && ['0', 'f', 'false'].includes(value.toLowerCase());
}
