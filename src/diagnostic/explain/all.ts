import type { Code } from '../codes.ts';
import { engine } from './engine.ts';
import type { Explanation } from './explanation.ts';
import { reading } from './reading.ts';
import { shape } from './shape.ts';
import { warnings } from './warnings.ts';

/** Every code has one. */
export const explanations: Readonly<Record<Code, Explanation>> = {
  ...reading,
  ...shape,
  ...warnings,
  ...engine,
};

/** The files of an example, by name. */
export function filesOf({ example }: Explanation): Readonly<Record<string, string>> {
  return typeof example === 'string' ? { 'compose.yaml': example } : example;
}
