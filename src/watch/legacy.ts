import { UserError } from '../diagnostic/errors.ts';
import type { Service, WatchRule } from '../model/service.ts';
import { isObject } from '../util/json.ts';
import { resolvePath } from '../util/path.ts';

const actions: readonly string[] = ['rebuild', 'restart', 'sync', 'sync+exec', 'sync+restart'];

/** Rules that stand in `x-develop`, as files of early days have them. @throws UserError for what is no rule */
export function legacyRules(
  service: Service,
  warn: (text: string) => void,
  folder: string,
): readonly WatchRule[] {
  const section = service['x-develop'];
  if (section === undefined) return [];
  warn('x-develop is DEPRECATED, please use the official `develop` attribute');
  const rules = isObject(section) ? (section['watch'] ?? []) : undefined;
  if (!Array.isArray(rules)) throw wrong('x-develop.watch must be a list');
  return rules.map((rule, i) => legacyRule(rule, `x-develop.watch[${i}]`, folder));
}

function legacyRule(rule: unknown, at: string, folder: string): WatchRule {
  if (!isObject(rule)) throw wrong(`${at} must be a mapping`);
  const { path, action, target } = rule;
  if (typeof path !== 'string' || path === '') throw wrong(`${at}: watch rules MUST define a path`);
  if (!isAction(action)) throw wrong(`${at}.action must be one of ${actions.join(', ')}`);
  const command = isObject(rule['exec']) ? rule['exec']['command'] : undefined;
  const initial = rule['initial_sync'] ?? rule['x-initialSync'];
  return {
    ...{ path: resolvePath(folder, path), action },
    ...{ include: texts(rule['include']), ignore: texts(rule['ignore']) },
    ...(typeof target === 'string' && { target }),
    ...(command !== undefined && { exec: { command: texts(command) } }),
    ...(initial === true && { initial_sync: true }),
  };
}

function isAction(value: unknown): value is WatchRule['action'] {
  return typeof value === 'string' && actions.includes(value);
}

function texts(value: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return all.filter((one) => typeof one === 'string');
}

function wrong(message: string): UserError {
  return new UserError('watch-rule', message, { hint: 'use `develop`, which is checked like the rest' });
}
