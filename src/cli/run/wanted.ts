import { UserError } from '../../diagnostic/errors.ts';
import type { Port, Service, ServiceVolume } from '../../model/service.ts';
import { parsePort } from '../../spec/expand/ports.ts';
import { splitShellWords } from '../../util/shellwords.ts';

export interface RunWish {
  readonly command: readonly string[];
  readonly entrypoint: string | undefined;
  readonly env: readonly string[];
  /** Variables of `--env-from-file`: below those of `env`. */
  readonly envFiles: Readonly<Record<string, string>>;
  readonly volumes: readonly ServiceVolume[];
  readonly labels: readonly string[];
  readonly publish: readonly string[];
  readonly servicePorts: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly user: string | undefined;
  readonly workdir: string | undefined;
  readonly tty: boolean;
  readonly stdin: boolean;
}

/**
 * The service as a container of `run` has it: the command line over the model, no ports unless asked for, and
 * no restarts.
 * @param environment gives `--env NAME` its value; a name without one is left out
 * @throws UserError for a port that can't be read
 */
export function wantedService(
  service: Service,
  wish: RunWish,
  environment: Readonly<Record<string, string>>,
): Service {
  const { ports: own = [], container_name: _, restart: __, scale: ___, ...kept } = service;
  const ports = [...(wish.servicePorts ? own : []), ...wish.publish.flatMap(portsOf)];
  return {
    ...kept,
    ports,
    ...(service.deploy !== undefined && { deploy: withoutRestarts(service.deploy) }),
    ...(wish.command.length > 0 && { command: wish.command }),
    ...(wish.entrypoint !== undefined && {
      entrypoint: wordsOf(wish.entrypoint),
      // A command of the files belongs to the entrypoint before.
      ...(wish.command.length === 0 && { command: [] }),
    }),
    environment: { ...service.environment, ...wish.envFiles, ...pairs(wish.env, environment) },
    ...(wish.volumes.length > 0 && { volumes: [...(service.volumes ?? []), ...wish.volumes] }),
    labels: { ...service.labels, ...labelPairs(wish.labels) },
    ...(wish.capAdd.length > 0 && { cap_add: [...(service.cap_add ?? []), ...wish.capAdd] }),
    ...(wish.capDrop.length > 0 && { cap_drop: [...(service.cap_drop ?? []), ...wish.capDrop] }),
    ...(wish.user !== undefined && { user: wish.user }),
    ...(wish.workdir !== undefined && { working_dir: wish.workdir }),
    tty: wish.tty,
    stdin_open: wish.stdin,
  };
}

function withoutRestarts({
  restart_policy: _,
  ...deploy
}: NonNullable<Service['deploy']>): NonNullable<Service['deploy']> {
  return deploy;
}

function portsOf(text: string): readonly Port[] {
  const parsed = parsePort(text);
  if (typeof parsed === 'string') {
    throw new UserError('usage', `invalid value for --publish: ${JSON.stringify(text)}: ${parsed}`);
  }
  return parsed.map((port) => ({ ...port }));
}

function pairs(
  entries: readonly string[],
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    entries.flatMap((entry): [string, string][] => {
      const at = entry.indexOf('=');
      if (at >= 0) return [[entry.slice(0, at), entry.slice(at + 1)]];
      const value = environment[entry];
      return value === undefined ? [] : [[entry, value]];
    }),
  );
}

function labelPairs(entries: readonly string[]): Record<string, string> {
  return pairs(
    entries.map((entry) => (entry.includes('=') ? entry : `${entry}=`)),
    {},
  );
}

function wordsOf(text: string): readonly string[] {
  const words = splitShellWords(text);
  if (words !== undefined) return words;
  throw new UserError('usage', `invalid value for --entrypoint: ${JSON.stringify(text)}`, {
    hint: 'a quote is not closed',
  });
}
