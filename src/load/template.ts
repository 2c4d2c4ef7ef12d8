/** Looks up a variable; undefined if it is not set. */
export type Lookup = (name: string) => string | undefined;

/** A template that can't be read, or a required variable that is missing. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly kind: 'syntax' | 'required';
  /** The part of the template that is wrong, as it stands there. */
  readonly part: string;
  constructor(kind: 'syntax' | 'required', message: string, part: string) {
    super(message);
    this.kind = kind;
    this.part = part;
  }
}

export interface VariableUse {
  readonly name: string;
  /** What was looked up; undefined if it is not set. */
  readonly value?: string | undefined;
  readonly default?: string;
  readonly required?: boolean;
  readonly alternative?: string;
}

export interface TemplateHooks {
  /** Called for a variable that is not set and has no operator that forgives it. */
  readonly unset?: (name: string) => void;
  readonly used?: (use: VariableUse) => void;
}

const name = /[_a-zA-Z][_a-zA-Z0-9]*/y;

/**
 * Puts variables into a text: `$A`, `${A}` and the operators `:-`, `-`, `:?`, `?`, `:+`, `+`, nested to any
 * depth; `$$` is a dollar. What is not taken is not evaluated.
 * @throws TemplateError
 */
export function substitute(template: string, lookup: Lookup, hooks: TemplateHooks = {}): string {
  let dollar = template.indexOf('$');
  if (dollar < 0) return template;
  let out = '';
  let from = 0;
  while (dollar >= 0) {
    out += template.slice(from, dollar);
    const next = template[dollar + 1];
    if (next === '$') {
      out += '$';
      from = dollar + 2;
    } else if (next === '{') {
      const end = closingBrace(template, dollar + 2);
      out += expression(template.slice(dollar + 2, end), lookup, hooks);
      from = end + 1;
    } else {
      const variable = nameAt(template, dollar + 1);
      out += variable === '' ? '$' : plain(variable, lookup, hooks);
      from = dollar + 1 + variable.length;
    }
    dollar = template.indexOf('$', from);
  }
  return out + template.slice(from);
}

function closingBrace(template: string, from: number): number {
  let depth = 1;
  for (let i = from; i < template.length; i++) {
    if (template[i] === '}') {
      if (--depth === 0) return i;
    } else if (template[i] === '$' && template[i + 1] === '{') {
      depth++;
      i++;
    }
  }
  const message = `"${clip(template)}" has a "\${" that is never closed`;
  throw new TemplateError('syntax', message, template.slice(from - 2));
}

function nameAt(text: string, at: number): string {
  name.lastIndex = at;
  return name.exec(text)?.[0] ?? '';
}

function plain(variable: string, lookup: Lookup, hooks: TemplateHooks): string {
  const value = lookup(variable);
  hooks.used?.({ name: variable, value });
  if (value === undefined) hooks.unset?.(variable);
  return value ?? '';
}

function expression(body: string, lookup: Lookup, hooks: TemplateHooks): string {
  const variable = nameAt(body, 0);
  const rest = body.slice(variable.length);
  if (variable === '') {
    throw new TemplateError('syntax', `"\${${clip(body)}}" names no variable`, `\${${body}}`);
  }
  if (rest === '') return plain(variable, lookup, hooks);
  const operator = /^:?[-?+]/.exec(rest)?.[0];
  if (operator === undefined) {
    const message = `"\${${clip(body)}}" has no operator that is known here`;
    throw new TemplateError('syntax', message, `\${${body}}`);
  }
  const argument = rest.slice(operator.length);
  const value = lookup(variable);
  const usable = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  switch (operator.at(-1)) {
    case '-':
      hooks.used?.({ name: variable, value, default: argument });
      return usable ? (value ?? '') : substitute(argument, lookup, hooks);
    case '+':
      hooks.used?.({ name: variable, value, alternative: argument });
      return usable ? substitute(argument, lookup, hooks) : '';
    default: {
      hooks.used?.({ name: variable, value, required: true });
      if (usable) return value ?? '';
      const why = substitute(argument, lookup, hooks);
      const message = `the variable ${variable} must be set${why === '' ? '' : `: ${why}`}`;
      throw new TemplateError('required', message, `\${${body}}`);
    }
  }
}

/** The variables in a text, and those in their defaults and alternatives; what can't be read is passed over. */
export function variablesOf(template: string): readonly VariableUse[] {
  if (!template.includes('$')) return [];
  const uses: VariableUse[] = [];
  try {
    substitute(template, () => 'set', { used: ({ value: _, ...use }) => uses.push(use) });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
  }
  const within = uses.flatMap((use) => [use.default ?? '', use.alternative ?? '']);
  return [...uses, ...within.flatMap(variablesOf)];
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
