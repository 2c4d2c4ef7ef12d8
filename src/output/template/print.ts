import { goJson } from '../json.ts';
import { templateError } from './lex.ts';

/** A value as Go prints it: lists as `[a b]`, records as `{a b}`, nothing as `<nil>`. */
export function plain(value: unknown): string {
  if (value === undefined || value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(plain).join(' ')}]`;
  if (typeof value === 'object') return `{${Object.values(value).map(plain).join(' ')}}`;
  return String(value);
}

/** Go's `print`: a blank between two values of which none is text. */
export function print(values: readonly unknown[]): string {
  return values
    .map((value, i) => {
      const apart = i > 0 && typeof value !== 'string' && typeof values[i - 1] !== 'string';
      return (apart ? ' ' : '') + plain(value);
    })
    .join('');
}

/** Go's `printf` with the verbs that fit our values: v d s q x X t f e g c and %%. */
export function printf(format: string, values: readonly unknown[]): string {
  let next = 0;
  const text = format.replace(
    /%([-+# 0]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g,
    (_, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      if (next >= values.length) return `%!${verb}(MISSING)`;
      const shown = verbText(
        verb,
        values[next],
        precision === undefined ? undefined : Number(precision),
        flags,
      );
      next += 1;
      const filled = flags.includes('0') && !flags.includes('-') ? '0' : ' ';
      return flags.includes('-') ? shown.padEnd(Number(width)) : shown.padStart(Number(width), filled);
    },
  );
  return next < values.length ? `${text}%!(EXTRA ${values.slice(next).map(plain).join(', ')})` : text;
}

function verbText(verb: string, value: unknown, precision: number | undefined, flags: string): string {
  const number = Number(value);
  switch (verb) {
    case 'v':
      return flags.includes('#') ? goJson(value) : plain(value);
    case 's':
      return plain(value).slice(0, precision);
    case 'd':
      return (flags.includes('+') && number >= 0 ? '+' : '') + String(Math.trunc(number));
    case 'q':
      return JSON.stringify(plain(value));
    case 't':
      return String(value === true);
    case 'x':
    case 'X': {
      const text = typeof value === 'number' ? value.toString(16) : hex(plain(value));
      return verb === 'X' ? text.toUpperCase() : text;
    }
    case 'f':
    case 'F':
      return number.toFixed(precision ?? 6);
    case 'e':
      return number.toExponential(precision ?? 6).replace(/e([+-])(\d)$/, 'e$10$2');
    case 'g':
      return String(precision === undefined ? number : Number(number.toPrecision(precision)));
    case 'c':
      return String.fromCodePoint(number);
    default:
      throw templateError(`printf does not know %${verb}`);
  }
}

function hex(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
