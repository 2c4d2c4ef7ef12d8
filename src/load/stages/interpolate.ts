import { type Attribute, textOfMapping } from '../../spec/attribute.ts';
import { document } from '../../spec/document.ts';
import { placeOfPart } from '../../yaml/origins.ts';
import { OddScalar } from '../../yaml/scalar.ts';
import { Tagged } from '../../yaml/tagged.ts';
import { mapBelow, type Relevant, type Spot, type StageContext, top } from '../context.ts';
import { type Lookup, substitute, TemplateError, type VariableUse } from '../template.ts';

export interface InterpolationContext extends StageContext {
  readonly lookup: Lookup;
  /** False with `--no-interpolate`: only the scalars are settled. */
  readonly enabled: boolean;
  readonly onUnset: (name: string, spot: Spot) => void;
  readonly onUse?: ((use: VariableUse, spot: Spot) => void) | undefined;
}

/** Puts variables into all values (never into keys) and turns strings in typed places into that type. */
export function interpolate(tree: unknown, context: InterpolationContext): unknown {
  return visit(tree, document, top, context);
}

/** Texts with variables and those that become another type, and whatever may hold them. */
const relevant: Relevant = (value, attribute) =>
  typeof value === 'string'
    ? attribute.cast !== undefined || value.includes('$')
    : typeof value === 'object' && value !== null;

function visit(value: unknown, attribute: Attribute, spot: Spot, context: InterpolationContext): unknown {
  if (typeof value === 'string') return context.enabled ? text(value, attribute, spot, context) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof OddScalar) return settle(value, attribute, spot, context);
  if (value instanceof Tagged) {
    const inner = visit(value.value, attribute, spot, context);
    return inner === value.value ? value : new Tagged(value.kind, inner);
  }
  return mapBelow(
    value,
    attribute,
    spot.path,
    context.origins,
    (v, a, s) => visit(v, a, s, context),
    relevant,
  );
}

/**
 * A mapping of texts wants Go's text, and so does what takes dates for text; other places the value. No place
 * takes a number that JSON has not.
 */
function settle({ value, text: shown }: OddScalar, attribute: Attribute, spot: Spot, context: StageContext) {
  if (typeof value === 'string') return attribute.kind === 'text' ? shown : value;
  if (!Number.isFinite(value)) {
    const message = `${spot.path} must be a finite number, not ${shown}`;
    context.problems.at('TSC121', message, spot.path, spot.container, spot.key, {
      hint: 'put it in quotes if it is text',
    });
  }
  return attribute === textOfMapping ? shown : value;
}

function text(template: string, attribute: Attribute, spot: Spot, context: InterpolationContext): unknown {
  let value = template;
  if (template.includes('$')) {
    try {
      value = substitute(template, context.lookup, {
        unset: (name) => context.onUnset(name, spot),
        ...(context.onUse === undefined ? {} : { used: (use) => context.onUse?.(use, spot) }),
      });
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const code = error.kind === 'required' ? 'TSC107' : 'TSC106';
      const hint = error.kind === 'required' ? 'set it in the shell or in .env' : cure(error.part);
      const origin = context.origins.of(spot.container, spot.key).at(-1);
      context.problems.at(code, error.message, spot.path, spot.container, spot.key, {
        hint,
        ...(origin !== undefined && { place: placeOfPart(origin, error.part) }),
      });
      return template;
    }
  }
  return attribute.cast === undefined ? value : convert(value, attribute.cast, spot, context);
}

/** What is meant where a variable is not written correctly. */
function cure(part: string): string {
  const colon = /^\$\{(\w+):(\w.*)\}$/.exec(part);
  if (colon !== null) return `write \${${colon[1]}:-${colon[2]}} for a default, or $$ for a dollar sign`;
  return part.includes('}') ? 'write $$ for a dollar sign' : 'write "}" behind it, or $$ for a dollar sign';
}

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  y: true,
  yes: true,
  on: true,
  false: false,
  n: false,
  no: false,
  off: false,
};

/** The boolean that a word stands for, in any case; undefined if it is none. */
export function readBoolean(word: string): boolean | undefined {
  const lower = word.toLowerCase();
  return Object.hasOwn(booleans, lower) ? booleans[lower] : undefined;
}

function convert(
  value: string,
  cast: NonNullable<Attribute['cast']>,
  spot: Spot,
  { problems }: InterpolationContext,
): unknown {
  if (cast === 'boolean') {
    const known = readBoolean(value);
    if (known !== undefined) return known;
  } else if (cast === 'integer') {
    if (/^[-+]?[0-9]+$/.test(value)) return Number(value);
  } else if (/^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/.test(value)) {
    return Number(value);
  }
  const wanted = cast === 'boolean' ? 'true or false' : cast === 'integer' ? 'a whole number' : 'a number';
  problems.at(
    'TSC108',
    `${spot.path} must be ${wanted}, not "${value}"`,
    spot.path,
    spot.container,
    spot.key,
  );
  return value;
}
