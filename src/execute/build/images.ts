import { parseReference } from '../../util/reference.ts';
import type { Instruction } from './instructions.ts';
import { renamed, short } from './rewrite.ts';
import { expandVariables, platformArguments } from './variables.ts';

export interface ImageFacts {
  /** Build arguments that have a value. */
  readonly args: Readonly<Record<string, string>>;
  /** That is built for, such as `linux/amd64`; undefined: several. */
  readonly platform: string | undefined;
  /** Names that stand for something else: of `additional_contexts`. */
  readonly contexts: readonly string[];
}

/** Images that a Dockerfile takes from elsewhere: what stages start from, copy from or mount, and its front end. */
export function imagesIn(dockerfile: string, facts: ImageFacts): readonly string[] {
  const found = new Set<string>();
  renameImagesIn(dockerfile, facts, (image) => {
    found.add(image);
    return undefined;
  });
  return [...found];
}

/**
 * The Dockerfile with other images.
 * @param rename gets each with its variables filled in; undefined: it stays as it is written
 */
export function renameImagesIn(
  dockerfile: string,
  { args, platform, contexts }: ImageFacts,
  rename: (image: string) => string | undefined,
): string {
  const hidden = new Set(contexts.map(short));
  const stages = new Set<string>();
  const known = { ...(platform !== undefined && platformArguments(platform)) };
  const other = (image: string) => (parseReference(image) === undefined ? undefined : rename(image));
  const text = renamed(dockerfile, {
    name: (written) => {
      if (platform === undefined && /\$\{?(?:TARGET|BUILD)[A-Z]/.test(written)) return written;
      const image = expandVariables(written, known);
      if (image === undefined || image === 'scratch' || /^\d*$/.test(image)) return written;
      if (stages.has(image.toLowerCase()) || hidden.has(short(image))) return written;
      return other(image) ?? written;
    },
    stage: (name) => stages.add(name.toLowerCase()),
    argument: (instruction) => declare(instruction, args, known),
  });
  const lines = text.split('\n');
  // A front end's image is written in a comment at the top.
  for (let at = 0; /^#\s*\w+\s*=/.test(lines[at] ?? ''); at++) {
    lines[at] = lines[at]!.replace(
      /^(#\s*syntax\s*=\s*)(\S+)/i,
      (_, head: string, image: string) => head + (other(image) ?? image),
    );
  }
  return lines.join('\n');
}

/** `ARG A B=1`: a build argument counts before the value that the Dockerfile gives. */
function declare(
  { text }: Instruction,
  args: Readonly<Record<string, string>>,
  known: Record<string, string>,
): void {
  const words = text.replace(/[\\`][ \t]*\r?\n/g, ' ').match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  for (const word of words.slice(1)) {
    const at = word.indexOf('=');
    const name = at < 0 ? word : word.slice(0, at);
    const given = at < 0 ? known[name] : expandVariables(word.slice(at + 1).replace(/["']/g, ''), known);
    const value = args[name] ?? given;
    if (value !== undefined) known[name] = value;
  }
}
