import type { Project } from '../../src/model/project.ts';
import type { Service } from '../../src/model/service.ts';
import { snapshotsIn } from '../../src/model/snapshot.ts';
import type { Observed, ObservedContainer } from '../../src/observe/observed.ts';
import { planBuild } from '../../src/plan/build.ts';
import { planDown } from '../../src/plan/down.ts';
import type { Intent, UpIntent } from '../../src/plan/intent.ts';
import { planKill } from '../../src/plan/kill.ts';
import { planMigrate } from '../../src/plan/migrate.ts';
import { planPause } from '../../src/plan/pause.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { planPull } from '../../src/plan/pull.ts';
import { planPush } from '../../src/plan/push.ts';
import { planRestart } from '../../src/plan/restart.ts';
import { planRm } from '../../src/plan/rm.ts';
import { planRollback } from '../../src/plan/rollback.ts';
import { planRun } from '../../src/plan/run.ts';
import { planRestore, planSnapshot } from '../../src/plan/snapshots.ts';
import { planStart } from '../../src/plan/start.ts';
import { planStop } from '../../src/plan/stop.ts';
import { planUp } from '../../src/plan/up.ts';
import { emptyEngine, network, plainMaterials, project, upIntent, volume } from '../support/builders.ts';
import { simulate } from '../support/simulate.ts';

/** The parts of a compose file that cases use, in canonical form; networks and volumes get their engine names. */
interface CompactProject {
  readonly services?: Record<string, Service>;
  readonly disabled?: Record<string, Service>;
  readonly networks?: Record<string, object | null>;
  readonly volumes?: Record<string, object | null>;
  readonly models?: Project['models'];
  readonly configFiles?: readonly string[];
  readonly environment?: Record<string, string>;
}

/** An engine: brought up from `before` (the case's own project if absent, nothing if null), then changed. */
interface CompactObserved {
  readonly before?: CompactProject | null;
  readonly set?: Record<string, Partial<ObservedContainer>>;
  readonly remove?: readonly string[];
  readonly copy?: Record<string, Partial<ObservedContainer>>;
  readonly images?: Record<string, string | Observed['images'][string] | null>;
  readonly removeNetworks?: readonly string[];
  readonly networks?: readonly Partial<Observed['networks'][number]>[];
  readonly volumes?: readonly Partial<Observed['volumes'][number]>[];
  readonly volumeSizes?: Record<string, number>;
  readonly volumeFacts?: NonNullable<Observed['volumeFacts']>;
  readonly removeVolumes?: readonly string[];
  readonly models?: Observed['models'];
  /** Of a second engine, for `migrate`. */
  readonly target?: Partial<Observed>;
}

type CaseIntent =
  | (Intent & { readonly projectName?: boolean })
  | {
      readonly command: 'rollback';
      readonly of: Partial<UpIntent> | { command: 'migrate' };
      readonly upTo: number;
    };

interface CaseFiles {
  readonly compose: CompactProject;
  readonly observed: CompactObserved;
  readonly intent: CaseIntent;
}

/** The parsed files of a case. They are written by hand beside the test, so their form is taken on trust. */
export function caseFiles(compose: unknown, observed: unknown, intent: unknown): CaseFiles {
  return { compose, observed: observed ?? {}, intent } as CaseFiles;
}

function expand(compact: CompactProject): Project {
  const made = project(compact.services ?? {}, {
    ...(compact.configFiles !== undefined && { configFiles: compact.configFiles }),
    ...(compact.environment !== undefined && { environment: compact.environment }),
    disabledServices: compact.disabled ?? {},
  });
  const entries = <T>(
    map: Record<string, object | null> | undefined,
    make: (name: string, more: object) => T,
  ) =>
    Object.fromEntries(Object.entries(map ?? {}).map(([key, more]) => [key, make(`p_${key}`, more ?? {})]));
  return {
    ...made,
    networks: { ...made.networks, ...entries(compact.networks, network) },
    volumes: entries(compact.volumes, volume),
    models: compact.models ?? {},
  };
}

const emptyNetwork = {
  ...{ id: '', name: '', driver: 'bridge', scope: 'local', internal: false, attachable: false },
  ...{ enableIPv6: false, labels: {}, options: {}, ipam: {}, containers: [] },
};

const emptyVolume = {
  ...{ name: '', driver: 'local', mountpoint: '', scope: 'local', created: '', labels: {}, options: {} },
};

function world(now: Project, compact: CompactObserved): Observed {
  const before =
    compact.before === undefined ? now : compact.before === null ? project({}) : expand(compact.before);
  const empty = emptyEngine(before);
  const up = simulate(planUp(before, empty, upIntent(), plainMaterials), empty);
  const started = compact.before === null ? emptyEngine(now) : up;
  const images = { ...emptyEngine(now).images, ...started.images };
  for (const [reference, id] of Object.entries(compact.images ?? {})) {
    if (id === null) delete images[reference];
    else images[reference] = typeof id === 'string' ? { id } : id;
  }
  const containers = started.containers
    .filter((c) => !(compact.remove ?? []).includes(c.name))
    .flatMap((c) => {
      const extra = compact.copy?.[c.name];
      const one = {
        ...c,
        ...compact.set?.[c.name],
        labels: { ...c.labels, ...compact.set?.[c.name]?.labels },
      };
      return extra === undefined
        ? [one]
        : [one, { ...c, ...extra, labels: { ...c.labels, ...extra.labels } }];
    });
  const volumes = [
    ...started.volumes.filter((v) => !(compact.removeVolumes ?? []).includes(v.name)),
    ...(compact.volumes ?? []).map((v) => ({ ...emptyVolume, ...v })),
  ];
  return {
    ...started,
    images,
    containers,
    networks: [
      ...started.networks.filter((n) => !(compact.removeNetworks ?? []).includes(n.name)),
      ...(compact.networks ?? []).map((n) => ({ ...emptyNetwork, ...n })),
    ],
    volumes,
    snapshots: snapshotsIn(volumes),
    ...(compact.volumeFacts !== undefined && { volumeFacts: compact.volumeFacts }),
    ...(compact.models !== undefined && { models: compact.models }),
    ...(compact.volumeSizes !== undefined && { volumeSizes: compact.volumeSizes }),
  };
}

/** The plan of a case. */
export function planCase({ compose, observed: compact, intent }: CaseFiles): Plan {
  const now = expand(compose);
  const observed = world(now, compact);
  if (intent.command === 'rollback') {
    const of = { services: [], start: true, command: 'up', ...intent.of } as Exclude<
      CaseIntent,
      { of: unknown }
    >;
    const plan = planIntent(now, observed, compact, of);
    return planRollback(
      plan,
      plan.nodes.filter((n) => n.id <= intent.upTo).map((n) => ({ node: n.id })),
    );
  }
  return planIntent(now, observed, compact, intent);
}

function planIntent(
  now: Project,
  observed: Observed,
  compact: CompactObserved,
  intent: Exclude<CaseIntent, { of: unknown }>,
): Plan {
  const target = intent.projectName ? { name: now.name } : now;
  switch (intent.command) {
    case 'up':
    case 'create':
    case 'scale':
      return planUp(now, observed, intent, plainMaterials);
    case 'down':
      return planDown(target, observed, intent);
    case 'volume snapshot':
      return planSnapshot({ name: now.name, project: now }, observed, intent);
    case 'volume restore':
    case 'volume undo':
      return planRestore({ name: now.name, project: now }, observed, intent);
    case 'stop':
      return planStop(target, observed, intent);
    case 'start':
      return planStart(target, observed, intent);
    case 'restart':
      return planRestart(target, observed, intent);
    case 'kill':
      return planKill(target, observed, intent);
    case 'pause':
    case 'unpause':
      return planPause(target, observed, intent);
    case 'rm':
      return planRm(target, observed, intent);
    case 'pull':
      return planPull(now, observed, intent);
    case 'push':
      return planPush(now, observed, intent);
    case 'build':
      return planBuild(now, observed, intent);
    case 'run':
      return planRun(now, observed, intent, plainMaterials);
    case 'migrate':
      return planMigrate(
        now,
        observed,
        { ...emptyEngine(project({})), engine: 'target', others: [], ...compact.target },
        intent,
        plainMaterials,
      );
  }
}
