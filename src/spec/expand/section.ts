import type { Expand } from '../attribute.ts';
import { isMapping } from '../value.ts';

/** A string is the build's context. */
export const expandBuild: Expand = (value) => {
  const build = typeof value === 'string' ? { context: value } : value;
  return isMapping(build) ? { ...build, context: build.context || '.' } : value;
};

export const expandDeploy: Expand = (value) =>
  isMapping(value)
    ? { ...value, resources: value.resources ?? {}, placement: value.placement ?? {} }
    : value === null
      ? undefined
      : value;

/** Soft and hard limit, or one number for both; zero is no limit. */
export const expandUlimit: Expand = (value) =>
  value === 0 || value === '0' || (isMapping(value) && Number(value.soft) === 0 && Number(value.hard) === 0)
    ? {}
    : value;

/** Sections that may be null, which is as if they were not there. */
export const dropNull: Expand = (value) => (value === null ? undefined : value);

export const nullToMapping: Expand = (value) => (value === null ? {} : value);
