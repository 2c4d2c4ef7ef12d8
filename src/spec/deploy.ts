import { bytes, count, duration, float32, int, list, number, options, struct, text } from './attribute.ts';
import { fillDeviceRequest } from './expand/devices.ts';
import { labels, texts } from './lists.ts';

export const deviceRequest = struct(
  {
    capabilities: texts(),
    driver: text(),
    count: count(),
    device_ids: texts(),
    options: { ...options(), kind: 'mapping' },
  },
  { fill: fillDeviceRequest },
);

const updateConfig = struct({
  parallelism: int({ keepEmpty: true, unsigned: true }),
  delay: duration(),
  failure_action: text(),
  monitor: duration(),
  max_failure_ratio: float32({ cast: 'number' }),
  order: text(),
});

const genericResource = struct({
  discrete_resource_spec: struct({ kind: text({ keepEmpty: true }), value: number({ keepEmpty: true }) }),
});

const resource = struct({
  cpus: float32(),
  memory: bytes(),
  pids: int(),
  devices: list(deviceRequest),
  generic_resources: list(genericResource),
});

/** `services.*.deploy` */
export const deploy = struct({
  mode: text(),
  replicas: int({ keepEmpty: true }),
  labels: labels(),
  update_config: updateConfig,
  rollback_config: updateConfig,
  resources: struct({ limits: resource, reservations: resource }, { keepEmpty: true }),
  restart_policy: struct({
    condition: text(),
    delay: duration({ keepEmpty: true }),
    max_attempts: int({ keepEmpty: true, unsigned: true }),
    window: duration({ keepEmpty: true }),
  }),
  placement: struct(
    {
      constraints: texts(),
      preferences: list(struct({ spread: text() })),
      max_replicas_per_node: int(),
    },
    { keepEmpty: true },
  ),
  endpoint_mode: text(),
});
