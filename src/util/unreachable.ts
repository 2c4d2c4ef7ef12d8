/** Marks a branch that the types exclude; the compiler refuses the call if they don't. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
