/** A JSON object that came from an engine or a file: nothing is known about its values. */
export type Raw = Readonly<Record<string, unknown>>;

/** The object, or an empty one: engines leave out and null what is empty. */
export function objectOf(value: unknown): Raw {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text; numbers and booleans as text too (engines differ), '' for everything else. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' && value !== '' ? Number(value) : 0;
  return Number.isFinite(number) ? number : 0;
}

export function flagOf(value: unknown): boolean {
  return value === true;
}

export function textsOf(value: unknown): string[] {
  return listOf(value).map(textOf);
}

/** Null stays null: in an image `Cmd: null` and `Cmd: []` mean different things. */
export function textsOrNull(value: unknown): string[] | null {
  return Array.isArray(value) ? value.map(textOf) : null;
}

export function textMapOf(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([key, entry]) => [key, textOf(entry)]));
}

/** @returns undefined if the text is no JSON */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
