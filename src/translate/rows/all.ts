import { deviceRows } from './devices.ts';
import { healthRows } from './health.ts';
import { hostRows } from './host.ts';
import { networkRows } from './network.ts';
import { processRows } from './process.ts';
import { resourceRows } from './resources.ts';
import type { Row } from './row.ts';
import { securityRows } from './security.ts';
import { storageRows } from './storage.ts';

/** Every part of a create body that follows from a service's attributes. */
export const rows: readonly Row[] = [
  ...processRows,
  ...healthRows,
  ...networkRows,
  ...resourceRows,
  ...deviceRows,
  ...securityRows,
  ...hostRows,
  ...storageRows,
];
