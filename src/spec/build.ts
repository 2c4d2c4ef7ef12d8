import { boolean, bytes, list, map, mode, struct, text, ulimit } from './attribute.ts';
import { entriesToMapping, expandGrant, expandSsh } from './expand/references.ts';
import { byName, labels, names, oneAsList, texts, variables } from './lists.ts';

export const ulimits = map(ulimit({ merge: 'replace', keepEmpty: true, cast: 'integer' }));

export const buildSecret = struct(
  { source: text(), target: text(), uid: text(), gid: text(), mode: mode() },
  { expand: expandGrant },
);

/** `services.*.build` */
export const build = struct(
  {
    context: text({ path: 'context' }),
    dockerfile: text(),
    dockerfile_inline: text(),
    entitlements: texts(),
    args: variables(),
    provenance: text(),
    sbom: text(),
    ssh: { kind: 'texts', expand: expandSsh },
    labels: labels(),
    cache_from: texts(),
    cache_to: texts(),
    no_cache: boolean(),
    no_cache_filter: texts({ expand: oneAsList }),
    additional_contexts: {
      kind: 'map',
      item: text({ path: 'context', keepEmpty: true }),
      merge: 'byKey',
      identity: byName,
      expand: entriesToMapping,
    },
    pull: boolean(),
    extra_hosts: { kind: 'hosts', merge: 'hosts' },
    isolation: text(),
    network: text(),
    target: text(),
    secrets: list(buildSecret),
    shm_size: bytes(),
    tags: names(),
    ulimits,
    platforms: texts(),
    privileged: boolean(),
  },
  {
    merge: 'build',
    expand: (value) => (typeof value === 'string' ? { context: value } : value),
    fill: (value) => (value['context'] === undefined ? { ...value, context: '.' } : value),
  },
);
