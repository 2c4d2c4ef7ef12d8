/** Other names of architectures, with the variant that they stand for. */
const architectures: Readonly<Record<string, readonly [string, string?]>> = {
  i386: ['386'],
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
};

/** Variants that are meant when none is given. */
const usual: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7', amd64: 'v1' };

/** `linux/arm64` for `arm64`, `Linux/aarch64` and `linux/arm64/v8`, so that equal platforms are equal texts. */
export function normalPlatform(text: string): string {
  const parts = text.toLowerCase().split('/');
  const [os = '', name = '', given = ''] = parts.length === 1 ? ['linux', ...parts] : parts;
  const [architecture, implied = ''] = architectures[name] ?? [name];
  const variant = (given || implied).replace(/^(?=\d)/, 'v');
  const rest = variant === '' || variant === usual[architecture] ? [] : [variant];
  return [os, architecture, ...rest].join('/');
}

/**
 * What a container of a platform is made from: the image of that platform where an engine keeps several under one
 * name, else the image itself. By this docker compose knows outdated containers.
 */
export function contentId(
  image: { readonly id: string; readonly manifests?: Readonly<Record<string, string>> },
  platform: string,
): string {
  const found = Object.entries(image.manifests ?? {}).find(
    ([one]) => normalPlatform(one) === normalPlatform(platform),
  );
  return found?.[1] || image.id;
}

/** True if one of an image's platforms is the wanted one, or nobody knows the image's. `linux` alone means any of it. */
export function satisfiesPlatform(have: readonly string[], wanted: string): boolean {
  const system = /^(?:linux|windows)$/i.test(wanted) ? `${wanted.toLowerCase()}/` : undefined;
  return (
    have.length === 0 ||
    have
      .map(normalPlatform)
      .some((one) => (system === undefined ? one === normalPlatform(wanted) : one.startsWith(system)))
  );
}
