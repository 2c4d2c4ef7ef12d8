import { type Instruction, instructionsOf } from './instructions.ts';

/** What stands in a Dockerfile, in order. */
export interface NameVisitor {
  /** A name after `FROM`, or after `from=` in `COPY`, `ADD` and `RUN --mount`. @returns what takes its place */
  readonly name: (written: string) => string;
  /** The name of a stage, after the name of what it starts from. */
  readonly stage?: (name: string) => void;
  /** `ARG` before the first stage. */
  readonly argument?: (instruction: Instruction) => void;
}

/** Between the words of an instruction: a line may end there. */
const gap = '(?:[ \\t]|[\\\\`][ \\t]*\\r?\\n)+';
const fromPattern = new RegExp(`^(\\s*from(?:${gap}--\\S+)*${gap})(\\S+)(?:${gap}as${gap}(\\S+))?`, 'i');

/** The Dockerfile with other names of images, stages and contexts; its lines stay where they are. */
export function renamed(dockerfile: string, { name, stage, argument }: NameVisitor): string {
  const lines = dockerfile.split('\n');
  let inStage = false;
  for (const instruction of instructionsOf(dockerfile)) {
    const { keyword, text, first, end } = instruction;
    let changed = text;
    if (keyword === 'ARG' && !inStage) argument?.(instruction);
    else if (keyword === 'FROM') {
      inStage = true;
      changed = text.replace(fromPattern, (all: string, head: string, base: string) => {
        return `${head}${name(base)}${all.slice(head.length + base.length)}`;
      });
      const own = fromPattern.exec(text)?.[3];
      if (own !== undefined) stage?.(own);
    } else if (keyword === 'COPY' || keyword === 'ADD') {
      changed = text.replace(/(\s--from=)(\S+)/g, (_, head: string, written: string) => head + name(written));
    } else if (keyword === 'RUN') {
      changed = text.replace(/\s--mount=\S+/g, (mount) =>
        mount.replace(/([=,]from=)([^\s,]+)/, (_, head: string, written: string) => head + name(written)),
      );
    }
    lines.splice(first, end - first, ...changed.split('\n'));
  }
  return lines.join('\n');
}

/**
 * Puts images in the place of named contexts, for builders that know none. As with named contexts, a name also
 * hides a stage or image of that name.
 * @param images image by context
 */
export function withImages(dockerfile: string, images: Readonly<Record<string, string>>): string {
  return renamed(dockerfile, {
    name: (written) => {
      const key = Object.keys(images).find((one) => short(one) === short(written));
      return key === undefined ? written : images[key]!;
    },
  });
}

/** `docker.io/library/alpine:latest` and `alpine` are one. */
export function short(name: string): string {
  return name
    .replace(/^docker\.io\/(?:library\/)?/, '')
    .replace(/:latest$/, '')
    .toLowerCase();
}
