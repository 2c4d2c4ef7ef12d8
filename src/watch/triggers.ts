import { UserError } from '../diagnostic/errors.ts';
import type { Project } from '../model/project.ts';
import type { Hook, Service, WatchRule } from '../model/service.ts';
import { cleanPath } from '../util/path.ts';
import { below } from './below.ts';
import { legacyRules } from './legacy.ts';

export type Action = WatchRule['action'];

/** One rule of `develop.watch`, as it counts. */
export interface Trigger {
  readonly service: string;
  readonly action: Action;
  /** A file or folder of this machine, absolute; it need not exist yet. */
  readonly path: string;
  /** Where it goes in containers; absent if nothing is copied. */
  readonly target?: string;
  readonly exec?: Hook;
  readonly include: readonly string[];
  readonly ignore: readonly string[];
  readonly initialSync: boolean;
  /** Paths of this machine that the service mounts: they are in its containers already. */
  readonly mounted: readonly string[];
}

export interface Triggers {
  readonly triggers: readonly Trigger[];
  readonly warnings: readonly string[];
}

/** True if a service of the project has rules to follow. */
export function isWatchable(project: Project): boolean {
  return Object.values(project.services).some(
    (service) => (service.develop?.watch ?? []).length > 0 || service['x-develop'] !== undefined,
  );
}

/**
 * The rules of a project's services, and what is noteworthy about them.
 * @throws UserError if there are none, or one that can't be followed
 */
export function triggersOf(project: Project, { noBuild = false } = {}): Triggers {
  const warnings: string[] = [];
  const triggers: Trigger[] = [];
  let found = false;
  for (const [name, service] of Object.entries(project.services)) {
    const warn = (text: string) => warnings.push(text);
    const rules = service.develop?.watch ?? legacyRules(service, warn, project.workingDir);
    for (const rule of rules) {
      found = true;
      check(name, service, rule, noBuild);
      const mounts = mountsOf(service);
      const mounted = copies(rule) && mounts.some((source) => below(source, rule.path) !== undefined);
      if (mounted && rule.action !== 'sync+exec') {
        warnings.push(
          `path '${rule.path}' also declared by a bind mount volume, this path won't be monitored!`,
        );
        continue;
      }
      const fleeting = copies(rule) ? tmpfsAround(service, rule.target) : undefined;
      if (fleeting !== undefined) {
        warnings.push(
          `service "${name}": ${rule.target} lies on the tmpfs ${fleeting}, where the engine can't put files`,
        );
      }
      // Through the mount the files are there already: copying would write them over themselves.
      triggers.push(triggerOf(name, mounted ? { ...rule, target: '' } : rule, mounts, warnings));
    }
  }
  if (!found) {
    throw new UserError(
      'nothing-to-watch',
      "none of the selected services is configured for watch, consider setting a 'develop' section",
      { hint: 'develop.watch of a service says which paths lead to what: docs/watch.md' },
    );
  }
  return { triggers, warnings: [...new Set(warnings)] };
}

function triggerOf(
  service: string,
  rule: WatchRule,
  mounted: readonly string[],
  warnings: string[],
): Trigger {
  const { action, path, target, exec, include = [], ignore = [] } = rule;
  const legacy = rule['x-initialSync'] === true;
  if (legacy && rule.initial_sync !== true) {
    warnings.push('x-initialSync is DEPRECATED, please use the official `initial_sync` attribute');
  }
  const copied = copies(rule) && target !== undefined && target !== '';
  return {
    ...{ service, action, path, include, ignore },
    ...(copied && { target }),
    ...(action === 'sync+exec' && exec !== undefined && { exec }),
    initialSync: copied && (rule.initial_sync === true || legacy),
    mounted,
  };
}

function check(name: string, service: Service, { action, exec, path }: WatchRule, noBuild: boolean): void {
  if (action === 'rebuild' && service.build === undefined) {
    throw new UserError(
      'watch-rule',
      `can't watch service "${name}" with action rebuild without a build context`,
      { hint: 'give the service a build, or use another action: sync, restart' },
    );
  }
  if (action === 'rebuild' && noBuild) {
    const message = `--no-build is incompatible with watch action rebuild in service ${name}`;
    throw new UserError('usage', message, { hint: 'leave out --no-build' });
  }
  if (action === 'sync+exec' && (exec?.command ?? []).length === 0) {
    throw new UserError(
      'watch-rule',
      `can't watch with action "sync+exec" on service ${name} without a command`,
      { hint: 'exec.command says what to run in the container' },
    );
  }
  if (path === '/') {
    throw new UserError('watch-rule', `service "${name}": cannot watch root directory`, {
      hint: 'name a folder of the project',
    });
  }
}

function copies({ action }: WatchRule): boolean {
  return action === 'sync' || action === 'sync+restart' || action === 'sync+exec';
}

/** Copies through the engine end up below a tmpfs, where nobody sees them. */
function tmpfsAround({ tmpfs = [], volumes = [] }: Service, target = ''): string | undefined {
  const short = tmpfs.map((one) => one.split(':')[0] ?? '');
  const long = volumes.flatMap(({ type, target: at = '' }) => (type === 'tmpfs' ? at : []));
  const path = cleanPath(target);
  return [...short, ...long].find((place) => place !== '' && below(cleanPath(place), path) !== undefined);
}

function mountsOf({ volumes = [] }: Service): readonly string[] {
  return volumes.flatMap(({ type, source = '' }) => (type === 'bind' && source !== '' ? [source] : []));
}
