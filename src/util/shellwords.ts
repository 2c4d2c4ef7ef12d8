/**
 * Splits a command line into words the way a POSIX shell would: quotes and backslashes, but no expansion
 * of variables, globs or comments. An unquoted `|`, `;`, `&`, `<` or `>` ends the command, as in
 * docker compose.
 * @returns the words, or undefined for an open quote, a dangling backslash or an unquoted parenthesis
 */
export function splitShellWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const c = line[i] as string;
    if (quote === "'") {
      if (c === "'") quote = '';
      else word += c;
    } else if (c === '\\') {
      if (++i >= line.length) return undefined;
      const next = line[i] as string;
      word = (word ?? '') + next;
    } else if (quote === '"') {
      if (c === '"') quote = '';
      else word += c;
    } else if (c === "'" || c === '"') {
      quote = c;
      word ??= '';
    } else if (c === ' ' || c === '\t' || c === '\n' || c === '\r') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (c === '(' || c === ')') {
      return undefined;
    } else if (endsCommand.has(c)) {
      // A file descriptor before a redirection (`2>`) belongs to the redirection.
      if (c === '>' && word !== undefined && /^[0-9]/.test(word)) word = undefined;
      break;
    } else {
      word = (word ?? '') + c;
    }
  }
  if (quote !== '') return undefined;
  if (word !== undefined) words.push(word);
  return words;
}

const endsCommand: ReadonlySet<string> = new Set(['|', ';', '&', '<', '>']);
