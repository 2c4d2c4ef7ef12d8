/** One line of JSON with `<`, `>` and `&` escaped, as Go's encoder writes it. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(/</g, '\\u003c').replace(/>/g, '\\u003e').replace(/&/g, '\\u0026');
}
