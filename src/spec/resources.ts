import { flag, integer, list, map, options, struct, text } from './attribute.ts';
import { expandExternal } from './expand/references.ts';
import { byName, labels, texts } from './lists.ts';

const external = flag();

export const network = struct(
  {
    name: text(),
    driver: text(),
    driver_opts: options(),
    ipam: struct(
      {
        driver: text(),
        config: list(
          struct({
            subnet: text(),
            gateway: text(),
            ip_range: text(),
            aux_addresses: { kind: 'mapping' },
          }),
          { merge: 'subnets' },
        ),
        options: { ...options(), identity: byName },
      },
      { keepEmpty: true },
    ),
    external,
    internal: flag(),
    attachable: flag(),
    labels: labels(),
    enable_ipv4: flag({ keepEmpty: true }),
    enable_ipv6: flag({ keepEmpty: true }),
  },
  { expand: expandExternal, keepNull: false },
);

export const volume = struct(
  {
    name: text(),
    driver: text(),
    driver_opts: options(),
    external,
    labels: labels(),
  },
  { expand: expandExternal, path: 'device' },
);

export const fileObject = struct(
  {
    name: text(),
    file: text({ path: 'portable' }),
    environment: text(),
    content: text(),
    external,
    labels: labels(),
    driver: text(),
    driver_opts: options(),
    template_driver: text(),
  },
  { expand: expandExternal },
);

export const model = struct({
  name: text(),
  model: text(),
  context_size: integer(),
  runtime_flags: texts(),
});

/** Kinds of top-level resources beside services. */
export const resources = {
  networks: map(network),
  volumes: map(volume),
  secrets: map(fileObject),
  configs: map(fileObject),
  models: map(model),
} as const;
