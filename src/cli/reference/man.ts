import type { Page } from './page.ts';

/** A page's file below man/. */
export function manFile({ path }: Page): string {
  return `${['tscompose', ...path].join('-')}.1`;
}

/** A manual page, in the macros of man(7). */
export function manPage(page: Page): string {
  const title = ['tscompose', ...page.path].join('-');
  const name = ['tscompose', ...page.path].join(' ');
  const lines = [
    `.TH "${title.toUpperCase()}" "1" "" "tscompose" "tscompose manual"`,
    '.SH NAME',
    `${text(title)} \\- ${text(page.summary)}`,
    '.SH SYNOPSIS',
    `.B ${text(name)}`,
    text(page.usage),
    ...(page.aliases.length === 0 ? [] : ['.SH ALSO CALLED', text(page.aliases.join(', '))]),
    ...section('COMMANDS', page.members, ({ name: member, summary }) => [
      `.B ${text(member)}`,
      text(summary),
    ]),
    ...section('OPTIONS', page.options, ({ flag, summary, fallback }) => [
      `.B ${text(flag)}`,
      text(fallback === undefined ? summary : `${summary} (default: ${fallback})`),
    ]),
    ...section('EXAMPLES', page.examples, ([command, does]) => [`.B ${text(command)}`, text(does)]),
    '.SH SEE ALSO',
    page.path.length === 0
      ? page.members.map(({ name: member }) => `.BR tscompose\\-${text(member)} (1)`).join(',\n')
      : '.BR tscompose (1)',
  ];
  return `${lines.join('\n')}\n`;
}

function section<T>(
  title: string,
  all: readonly T[],
  entry: (one: T) => readonly string[],
): readonly string[] {
  if (all.length === 0) return [];
  return [`.SH ${title}`, ...all.flatMap((one) => ['.TP', ...entry(one)])];
}

/** Dashes stay dashes, and no line starts a macro. */
function text(words: string): string {
  const escaped = words.replaceAll('\\', '\\e').replaceAll('-', '\\-');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
