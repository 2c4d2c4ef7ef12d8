/**
 * Text of a Dockerfile with its variables filled in; one without a value is empty.
 * @returns undefined for forms that are not known here
 */
export function expandVariables(text: string, values: Readonly<Record<string, string>>): string | undefined {
  let whole = true;
  const expanded = text.replace(
    /\$(?:(\w+)|\{(\w+)(?:(:?)([-+])((?:[^{}]|\{[^{}]*\})*))?\})/g,
    (_, plain: string | undefined, name: string, colon: string, sign: string | undefined, word = '') => {
      const value = values[plain ?? name];
      if (sign === undefined) return value ?? '';
      const has = value !== undefined && (colon === '' || value !== '');
      if (sign === '-' && has) return value;
      if (sign === '+' && !has) return '';
      const inner = expandVariables(word, values);
      if (inner === undefined) whole = false;
      return inner ?? '';
    },
  );
  return whole && !expanded.includes('$') ? expanded : undefined;
}

/** Arguments that a builder sets by itself, as far as they are known before. */
export function platformArguments(platform: string): Record<string, string> {
  const [os = '', architecture = '', variant = ''] = platform.split('/');
  return Object.fromEntries(
    ['TARGET', 'BUILD'].flatMap((kind) => [
      [`${kind}PLATFORM`, platform],
      [`${kind}OS`, os],
      [`${kind}ARCH`, architecture],
      [`${kind}VARIANT`, variant],
    ]),
  );
}
