import { dockerHub, parseReference } from '../../util/reference.ts';
import type { FieldChange } from './change.ts';

/**
 * A container goes on under the name of the image that it was made from. Engines write names out in their own way;
 * an id or a digest says which image it is, not how it is called.
 */
export function compareImageNames(wanted: string, observed: string): FieldChange[] {
  if (isId(wanted) || isId(observed)) return [];
  const pinned = wanted.includes('@') || observed.includes('@');
  if (nameOf(wanted, !pinned) === nameOf(observed, !pinned)) return [];
  return [{ field: 'image', before: observed, after: wanted }];
}

function isId(reference: string): boolean {
  return reference === '' || /^(sha256:)?[0-9a-f]{64}$/.test(reference);
}

/** Images that were made here are at `localhost` for one engine, and nowhere for the other. */
function nameOf(text: string, withTag: boolean): string {
  const parsed = parseReference(text);
  if (parsed === undefined) return text;
  const registry = parsed.registry === dockerHub || parsed.registry === 'localhost' ? '' : parsed.registry;
  const repository = parsed.repository.replace(/^library\//, '');
  return `${registry}/${repository}${withTag ? `:${parsed.tag}` : ''}`;
}
