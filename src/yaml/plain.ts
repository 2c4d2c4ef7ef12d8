const INTEGER = /^[-+]?(?:0|[1-9][0-9_]*|0[0-7_]+|0[oO][0-7_]+|0[xX][0-9a-fA-F_]+|0[bB][01_]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The value of a plain scalar, by the rules of the Go library that the reference reads YAML with: YAML 1.2
 * booleans, YAML 1.1 octal and binary integers, digits grouped with `_`. Integers beyond 2^53 become
 * bigint, so that no digit is lost.
 */
export function resolvePlain(text: string): unknown {
  const first = text.charCodeAt(0);
  if (Number.isNaN(first)) return null;
  // Letters first: most scalars are words.
  if (first >= 0x3a) return word(text);
  if (first === 0x2b || first === 0x2d || first === 0x2e || first >= 0x30) return number(text);
  return text;
}

function word(text: string): unknown {
  switch (text) {
    case 'true':
    case 'True':
    case 'TRUE':
      return true;
    case 'false':
    case 'False':
    case 'FALSE':
      return false;
    case 'null':
    case 'Null':
    case 'NULL':
    case '~':
      return null;
    default:
      return text;
  }
}

function number(text: string): unknown {
  if (INTEGER.test(text)) return integer(text.replaceAll('_', ''));
  if (FLOAT.test(text)) return Number(text.replaceAll('_', ''));
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return Number.NaN;
  if (DATE.test(text)) return `${text}T00:00:00Z`;
  return text;
}

function integer(text: string): number | bigint {
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '');
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase();
  const magnitude = BigInt(octal);
  const value = negative ? -magnitude : magnitude;
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}
