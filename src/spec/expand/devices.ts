import { isTree } from '../../yaml/tree.ts';
import type { Attribute, Expand, Identity } from '../attribute.ts';

export const expandDevice: Expand = (value, { problem, strict }) => {
  if (typeof value !== 'string') return value;
  const parts = value.split(':');
  if (parts.length > 3) {
    if (!strict) return value;
    problem(`the device "${value}" has too many colons`, 'use the long syntax: source, target, permissions');
  }
  const [source = '', target = '', permissions = 'rwm'] = parts;
  return { source, target: target === '' ? source : target, permissions };
};

export const deviceIdentity: Identity = (entry, problem) => {
  if (typeof entry === 'string') {
    const [source, target] = entry.split(':');
    return target === undefined || target === '' ? source : target;
  }
  if (!isTree(entry)) return undefined;
  if (typeof entry['target'] === 'string') return entry['target'];
  problem('has no target');
  return undefined;
};

/** Without a count or ids, all devices are meant. */
export const fillDeviceRequest: NonNullable<Attribute['fill']> = (request) =>
  request['count'] === undefined && request['device_ids'] === undefined
    ? { ...request, count: 'all' }
    : request;

export const expandGpus: Expand = (value) => (value === 'all' ? [{ count: 'all' }] : value);
