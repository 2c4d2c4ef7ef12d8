import type { ContainerBody } from '../../model/bodies.ts';
import { containerBody } from '../container.ts';
import type { ContainerInput } from '../input.ts';
import { type ContainerComparison, judgeContainer } from './compare.ts';

/**
 * Compares a present container with the one that this input makes.
 * @returns undefined if too little is known: without the body or the image's configuration, what the
 * image brings can't be told from what was asked for
 */
export function compareWithPresent(
  input: ContainerInput,
  present: { readonly body?: ContainerBody },
): ContainerComparison | undefined {
  const image = input.image?.config;
  if (present.body === undefined || image === undefined) return undefined;
  const networkKeys = Object.fromEntries(
    Object.entries(input.project.networks).map(([key, { name }]) => [name, key]),
  );
  return judgeContainer(containerBody(input), present.body, { facts: input.facts, image, networkKeys });
}
