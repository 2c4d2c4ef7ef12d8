import { describe, expect, test } from 'vitest';
import { cacheEntry } from '../../../src/execute/build/cache.ts';
import { chooseBuilder, type Ground } from '../../../src/execute/build/choose.ts';
import type { Build } from '../../../src/model/service.ts';

const old: Ground = {
  kind: 'docker',
  apiVersion: '1.41',
  classicWanted: false,
  keepsIndexes: async () => false,
};
const modern: Ground = { ...old, apiVersion: '1.51', keepsIndexes: async () => true };
const grounds = {
  ...{ old, modern, graph: { ...modern, keepsIndexes: async () => false } },
  ...{ classic: { ...modern, classicWanted: true }, podman: { ...old, kind: 'podman' as const } },
} satisfies Record<string, Ground>;

const secret: Build = { secrets: [{ source: 's' }] };
const limits: Build = { ulimits: { nofile: 1 } };
const several: Build = { platforms: ['linux/amd64', 'linux/arm64'] };
const named: Build = { additional_contexts: { a: 'b' } };

describe('the builder', () => {
  test.each<[keyof typeof grounds, Build & { memory?: number }, string]>([
    ['old', {}, 'buildkit'],
    ['modern', {}, 'buildkit'],
    ['classic', {}, 'classic'],
    ['podman', {}, 'podman'],
    ['old', secret, 'buildkit'],
    ['classic', secret, "the classic builder doesn't support secrets, set DOCKER_BUILDKIT=1"],
    ['podman', secret, "Podman's builder doesn't support secrets"],
    ['podman', { network: 'host' }, 'podman'],
    ['podman', { network: 'none', isolation: 'hyperv' }, "doesn't support isolation hyperv, network none"],
    ['old', limits, 'classic because ulimits'],
    ['modern', limits, 'buildkit'],
    ['old', { ...limits, ...secret }, 'BuildKit has no ulimits, and its classic builder no secrets'],
    ['modern', { network: 'mynet' }, 'classic because network mynet'],
    ['modern', { network: 'host' }, 'buildkit'],
    ['modern', { network: 'mynet', ssh: ['default'] }, 'BuildKit has no network mynet'],
    ['old', { shm_size: '1000' }, 'classic because shm_size'],
    ['old', { context: 'https://x/y.git#main:sub' }, 'classic because folder of a repository'],
    ['modern', { context: 'https://x/y.git#main:sub' }, 'buildkit'],
    ['modern', several, 'buildkit'],
    ['graph', several, 'Multi-platform build is not supported for the docker driver.'],
    ['old', several, 'Multi-platform build is not supported'],
    ['classic', several, "doesn't support multi-arch build"],
    ['modern', { provenance: 'mode=max' }, 'buildkit'],
    ['graph', { sbom: 'true' }, 'Attestation is not supported'],
    ['graph', { sbom: 'false', provenance: 'false' }, 'buildkit'],
    ['graph', { sbom: '0', provenance: 'mode=max,disabled=true' }, 'buildkit'],
    ['graph', { provenance: 'disabled=false' }, 'Attestation is not supported'],
    ['podman', { sbom: 'true', cache_to: ['x'] }, 'podman without cache_to, sbom'],
    ['old', { cache_to: ['type=inline'] }, 'buildkit'],
    ['old', { cache_to: ['type=registry,ref=x'] }, "can't write a cache of type registry"],
    ['modern', { cache_to: ['type=registry,ref=x'] }, 'buildkit'],
    ['old', { cache_from: ['type=local,src=x'] }, 'buildkit'],
    ['classic', { cache_from: ['x'] }, 'classic'],
    ['old', { memory: 5 }, 'classic because --memory'],
    ['modern', { memory: 5 }, 'buildkit'],
  ])('%s, %j: %s', async (ground, build, expected) => {
    const choice = chooseBuilder('web', build, grounds[ground]).then(
      ({ builder, because, without }) =>
        [builder, because && `because ${because}`, without.length > 0 && `without ${without.join(', ')}`]
          .filter(Boolean)
          .join(' '),
      (error: Error) => error.message,
    );
    expect(await choice).toContain(expected);
  });

  test.each([
    ['old', false],
    ['modern', true],
    ['classic', false],
    ['podman', false],
  ] as const)('%s knows named contexts: %s', async (ground, known) => {
    expect((await chooseBuilder('web', named, grounds[ground])).namedContexts).toBe(known);
  });
});

test.each([
  ['user/app:cache', { type: 'registry', attributes: { ref: 'user/app:cache' } }],
  ['type=local,src=path/to', { type: 'local', attributes: { src: 'path/to' } }],
  ['type=registry, ref=a/b,mode=max', { type: 'registry', attributes: { ref: 'a/b', mode: 'max' } }],
  ['ref=x', { type: 'registry', attributes: { ref: 'x' } }],
])('cache %s', (text, entry) => expect(cacheEntry(text)).toEqual(entry));

test.each<[keyof typeof grounds, Build, string]>([
  ['classic', secret, 'secrets'],
  ['classic', several, 'platforms'],
  ['graph', { sbom: 'true', provenance: 'true' }, 'sbom'],
  ['podman', { entitlements: ['security.insecure'] }, 'privileged'],
  ['old', { cache_to: ['type=registry,ref=x'] }, 'cache_to'],
  ['modern', { network: 'mynet', ssh: ['default'] }, 'network'],
])('a refusal by %s of %j is about build.%s', async (ground, build, attribute) => {
  await expect(chooseBuilder('web', build, grounds[ground])).rejects.toMatchObject({
    path: `services.web.build.${attribute}`,
  });
});
