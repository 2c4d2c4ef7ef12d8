import type { Expand } from '../attribute.ts';
import { isMapping } from '../value.ts';

/** `SOURCE[:TARGET[:PERMISSIONS]]`. */
export const expandDevice: Expand = (value, path, context) => {
  if (isMapping(value) && !value.target) {
    context.report({
      path,
      message: 'this device has no target',
      hint: 'add "target", its path in the container',
    });
  }
  if (typeof value !== 'string') return value;
  const [source = '', target = source, permissions = 'rwm', ...more] = value.split(':');
  if (more.length === 0) return { source, target, permissions };
  context.report({
    path,
    message: `"${value}" has too many colons`,
    hint: 'write SOURCE:TARGET:PERMISSIONS',
  });
  return value;
};

export function deviceIdentity(entry: unknown): string | undefined {
  if (isMapping(entry)) return typeof entry.target === 'string' ? entry.target : undefined;
  if (typeof entry !== 'string') return undefined;
  const [source, target = source] = entry.split(':');
  return target;
}

/** `gpus: all`. */
export const expandGpus: Expand = (value) => (value === 'all' ? [{ count: -1 }] : value);

/** A request for devices: what names neither a count nor devices asks for all. */
export const expandDeviceRequest: Expand = (value, path, context) => {
  if (!isMapping(value)) return value;
  const { count, device_ids: ids } = value;
  if (count !== undefined && ids !== undefined) {
    context.report({
      path,
      message: '"count" and "device_ids" exclude each other',
      hint: 'keep one of them',
    });
  }
  if (count === undefined && ids === undefined) return { ...value, count: -1 };
  if (count === 'all') return { ...value, count: -1 };
  if (typeof count === 'string' && !/^[-+]?[0-9]+$/.test(count)) {
    context.report({ path: `${path}.count`, message: `"${count}" is neither a number nor "all"` });
    return value;
  }
  return typeof count === 'string' ? { ...value, count: Number(count) } : value;
};

/** Entries of `blkio_config`, under the names that are printed. */
export const expandThrottle: Expand = (value) => {
  if (!isMapping(value)) return value;
  const { path, rate, ...rest } = value;
  return { ...rest, Path: path, ...(rate === undefined ? {} : { Rate: rate }) };
};

export const expandWeight: Expand = (value) => {
  if (!isMapping(value)) return value;
  const { path, weight, ...rest } = value;
  return { ...rest, Path: path, ...(weight === undefined ? {} : { Weight: weight }) };
};
