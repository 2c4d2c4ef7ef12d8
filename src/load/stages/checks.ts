import { isIP } from '../../util/ip.ts';
import { isTree, type Tree } from '../../yaml/tree.ts';
import { pathBelow, type StageContext } from '../context.ts';

/** What must hold for single attributes and resources, used or not. */
export function checkAttributes(tree: Tree, context: StageContext): void {
  eachEntry(tree['volumes'], 'volumes', (volume, path, parent, key) =>
    checkVolume(volume, path, parent, key, context),
  );
  for (const kind of ['configs', 'secrets'] as const) {
    const sources = kind === 'configs' ? ['file', 'environment', 'content'] : ['file', 'environment'];
    eachEntry(tree[kind], kind, (file, path, parent, key) =>
      checkSource(file, sources, path, parent, key, context),
    );
  }
  eachEntry(tree['services'], 'services', (service, path) => checkService(service, path, context));
}

type EachEntry = (value: Tree, path: string, parent: unknown, key: string | number) => void;

/** Every mapping below a mapping or list. */
export function eachEntry(container: unknown, path: string, visit: EachEntry): void {
  if (Array.isArray(container)) {
    for (const [i, value] of container.entries()) {
      if (isTree(value)) visit(value, pathBelow(path, i), container, i);
    }
  } else if (isTree(container)) {
    for (const [key, value] of Object.entries(container)) {
      if (isTree(value)) visit(value, pathBelow(path, key), container, key);
    }
  }
}

function checkVolume(
  volume: Tree,
  path: string,
  parent: unknown,
  key: string | number,
  context: StageContext,
): void {
  if (volume['external'] !== true) return;
  for (const other of Object.keys(volume)) {
    if (other === 'external' || other === 'name' || other.startsWith('x-')) continue;
    const message = `${path} is external, so "${other}" has no place there`;
    context.problems.at('TSC142', message, pathBelow(path, other), volume, other);
  }
  void [parent, key];
}

function checkSource(
  file: Tree,
  sources: readonly string[],
  path: string,
  parent: unknown,
  key: string | number,
  { problems }: StageContext,
): void {
  const given = sources.filter((source) => file[source] !== undefined && file[source] !== null);
  const choice = `${sources.slice(0, -1).join(', ')} or ${sources.at(-1)}`;
  if (given.length > 1) {
    problems.at('TSC142', `${path} may have only one of ${choice}`, path, parent, key);
  } else if (given.length === 0 && file['external'] === undefined && file['driver'] === undefined) {
    problems.at('TSC123', `${path} needs one of ${choice}`, path, parent, key);
  }
}

function checkService(service: Tree, path: string, context: StageContext): void {
  const { problems } = context;
  eachEntry(service['ports'], `${path}.ports`, (port, at) => {
    const host = port['host_ip'];
    if (typeof host === 'string' && host !== '' && isIP(host) === 0) {
      problems.at(
        'TSC144',
        `${at}.host_ip: "${host}" is not an IP address`,
        `${at}.host_ip`,
        port,
        'host_ip',
      );
    }
  });
  const reservations = pick(pick(service['deploy'], 'resources'), 'reservations');
  const devices = pick(reservations, 'devices');
  for (const [list, at] of [
    [service['gpus'], `${path}.gpus`],
    [devices, `${path}.deploy.resources.reservations.devices`],
  ] as const) {
    eachEntry(list, at, (request, spot, parent, key) => {
      if (request['count'] === undefined || request['device_ids'] === undefined) return;
      problems.at('TSC142', `${spot} may have only one of count and device_ids`, spot, parent, key);
    });
  }
  eachEntry(pick(service['develop'], 'watch'), `${path}.develop.watch`, (rule, at, parent, key) => {
    const action = rule['action'];
    if (rule['path'] === '') problems.at('TSC123', `${at} needs a path`, at, parent, key);
    if (rule['target'] || action === 'rebuild' || action === 'restart') return;
    problems.at('TSC123', `${at} needs a target, as its action is ${action}`, at, parent, key);
  });
}

function pick(value: unknown, key: string): unknown {
  return isTree(value) ? value[key] : undefined;
}
