/**
 * Puts images in the place of named contexts, for builders that know none: after `FROM`, and after `from=` in
 * `COPY`, `ADD` and `RUN --mount`. As with named contexts, a name also hides a stage or image of that name.
 * @param images image by context
 */
export function withImages(dockerfile: string, images: Readonly<Record<string, string>>): string {
  const imageOf = (name: string): string => {
    const key = Object.keys(images).find((one) => short(one) === short(name));
    return key === undefined ? name : images[key]!;
  };
  return dockerfile
    .split('\n')
    .map((line) => {
      if (/^\s*#/.test(line)) return line;
      if (/^\s*from\s/i.test(line)) {
        return line.replace(
          /^(\s*from\s+(?:--\S+\s+)*)(\S+)/i,
          (_, head: string, name: string) => head + imageOf(name),
        );
      }
      return line
        .replace(/(--from=)([^\s,]+)/g, (_, head: string, name: string) => head + imageOf(name))
        .replace(/--mount=\S+/g, (mount) =>
          mount.replace(
            /(=|,)from=([^\s,]+)/,
            (_, head: string, name: string) => `${head}from=${imageOf(name)}`,
          ),
        );
    })
    .join('\n');
}

/** `docker.io/library/alpine:latest` and `alpine` are one. */
function short(name: string): string {
  return name
    .replace(/^docker\.io\/(?:library\/)?/, '')
    .replace(/:latest$/, '')
    .toLowerCase();
}
