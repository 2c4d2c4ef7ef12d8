/** One line of JSON with `<`, `>` and `&` escaped, as Go's encoder writes it. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(/</g, '\\u003c').replace(/>/g, '\\u003e').replace(/&/g, '\\u0026');
}

/** The same in several lines, indented by two. */
export function goJsonLines(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return text.replace(/</g, '\\u003c').replace(/>/g, '\\u003e').replace(/&/g, '\\u0026');
}
