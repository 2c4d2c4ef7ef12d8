import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const base = (variable, fallback) => process.env[variable] || join(homedir(), fallback);

/** Downloads and image archives, outside the checkout; safe to delete. */
export function cacheFolder(name) {
  const path = join(base('XDG_CACHE_HOME', '.cache'), 'tscompose', name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** What has to be remembered between two runs: which engine was started, which images were loaded. */
export function stateFolder(name) {
  return join(base('XDG_STATE_HOME', '.local/state'), 'tscompose', name);
}
