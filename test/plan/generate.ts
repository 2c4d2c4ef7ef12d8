import fc from 'fast-check';
import type { Network, Project, Volume } from '../../src/model/project.ts';
import type { Dependency, Service } from '../../src/model/service.ts';
import type { Observed } from '../../src/observe/observed.ts';
import type { UpIntent } from '../../src/plan/intent.ts';
import { planUp } from '../../src/plan/up.ts';
import { emptyEngine, network, plainMaterials, project, upIntent, volume } from '../support/builders.ts';
import { simulate } from '../support/simulate.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
const networkKeys = ['default', 'front', 'back'];
const volumeKeys = ['data', 'logs'];

function dependency(): fc.Arbitrary<Dependency> {
  return fc.record({
    condition: fc.constantFrom('service_started', 'service_healthy', 'service_completed_successfully'),
    restart: fc.boolean(),
    required: fc.boolean(),
  }) as fc.Arbitrary<Dependency>;
}

/** A service that depends on none but those before it. */
function service(before: readonly string[]): fc.Arbitrary<Service> {
  const some = fc.subarray([...before]);
  return fc
    .record({
      image: fc.constantFrom('x', 'y'),
      user: fc.constantFrom('1', '2', '3'),
      scale: fc.constantFrom(1, 1, 1, 2, 3),
      networks: fc.subarray(networkKeys, { minLength: 1 }),
      mounts: fc.subarray(volumeKeys),
      anonymous: fc.boolean(),
      dependsOn: some.chain((on) =>
        fc
          .tuple(...on.map((name) => fc.tuple(fc.constant(name), dependency())))
          .map((d) => Object.fromEntries(d)),
      ),
      parent: before.length > 0 ? fc.option(fc.constantFrom(...before), { freq: 3 }) : fc.constant(null),
      update: fc.option(
        fc.record({
          order: fc.constantFrom('start-first', 'stop-first'),
          parallelism: fc.nat(2),
          failure_action: fc.constantFrom('pause', 'rollback'),
        }),
      ),
      published: fc.boolean(),
      from: before.length > 0 ? fc.option(fc.constantFrom(...before), { freq: 5 }) : fc.constant(null),
    })
    .map(
      ({ image, user, scale, networks, mounts, anonymous, dependsOn, parent, from, update, published }) => ({
        image,
        user,
        scale,
        ...(update !== null && { deploy: { resources: {}, placement: {}, update_config: update } }),
        ...(published &&
          parent === null &&
          networks.some((one) => one !== 'front') &&
          (scale === 1 || update?.order === 'start-first') && {
            ports: [{ target: 80, published: '8000', protocol: 'tcp' }],
          }),
        ...(parent === null
          ? { networks: Object.fromEntries(networks.map((n) => [n, null])) }
          : { network_mode: `service:${parent}` }),
        ...(from !== null && { volumes_from: [from] }),
        volumes: [
          ...mounts.map((source) => ({ type: 'volume' as const, source, target: `/${source}` })),
          ...(anonymous ? [{ type: 'volume' as const, target: '/anonymous' }] : []),
        ],
        depends_on: dependsOn,
      }),
    );
}

/** No two services publish the same port. */
function withOwnPort(name: string, made: Service): Service {
  if (made.ports === undefined) return made;
  return {
    ...made,
    ports: made.ports.map((one) => ({ ...one, published: String(8000 + names.indexOf(name)) })),
  };
}

function services(): fc.Arbitrary<Record<string, Service>> {
  return fc
    .subarray(names, { minLength: 1 })
    .chain((chosen) =>
      fc
        .tuple(...chosen.map((_, index) => service(chosen.slice(0, index))))
        .map((made) =>
          parentsStay(
            Object.fromEntries(chosen.map((name, index) => [name, withOwnPort(name, made[index]!)])),
          ),
        ),
    );
}

/** Nobody waits for the end of a service whose network others use, or that others wait for to be healthy. */
function parentsStay(all: Record<string, Service>): Record<string, Service> {
  const parents = new Set(Object.values(all).map((s) => s.network_mode?.slice('service:'.length)));
  const chosen = new Map<string, Dependency['condition']>();
  const ended = (name: string, d: Dependency): Dependency => {
    if (d.condition === 'service_started') return d;
    const condition = parents.has(name) ? 'service_started' : (chosen.get(name) ?? d.condition);
    chosen.set(name, condition);
    return { ...d, condition };
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, s]) => [
      name,
      {
        ...s,
        depends_on: Object.fromEntries(Object.entries(s.depends_on ?? {}).map(([d, v]) => [d, ended(d, v)])),
      },
    ]),
  );
}

const networks: fc.Arbitrary<Record<string, Network>> = fc.record({
  default: fc.constant(network('p_default')),
  front: fc.constantFrom(network('p_front'), network('p_front', { internal: true })),
  back: fc.constantFrom(network('p_back'), network('p_back', { labels: { x: '1' } })),
});

const volumes: fc.Arbitrary<Record<string, Volume>> = fc.record({
  data: fc.constantFrom(volume('p_data'), volume('p_data', { driver_opts: { o: 'size=1' } })),
  logs: fc.constantFrom(volume('p_logs'), volume('p_logs', { labels: { x: '1' } })),
});

export const anyProject: fc.Arbitrary<Project> = fc
  .tuple(services(), networks, volumes)
  .map(([s, n, v]) => project(s, { networks: n, volumes: v }));

export const anyIntent: fc.Arbitrary<Partial<UpIntent>> = fc.record({
  removeOrphans: fc.boolean(),
  recreateVolumes: fc.constant(true),
  renewAnonVolumes: fc.constant(false),
  timeout: fc.constant(3),
  atomic: fc.boolean(),
});

/**
 * An engine as an earlier version of the group left it: brought up from another project, then some containers
 * stopped, removed, paused or left under a temporary name.
 */
export const anyEngine: fc.Arbitrary<Observed> = fc
  .tuple(fc.option(anyProject, { freq: 5 }), fc.array(fc.nat(9), { minLength: 12, maxLength: 12 }))
  .map(([earlier, damage]) => {
    const images = { x: { id: 'sha256:pulled-x' }, y: { id: 'sha256:pulled-y' } };
    if (earlier === null) return { ...emptyEngine(project({})), images };
    const empty = { ...emptyEngine(earlier), images };
    const up = simulate(planUp(earlier, empty, upIntent(), plainMaterials), empty);
    return { ...up, containers: up.containers.flatMap((c, i) => damaged(up, c, damage[i % damage.length]!)) };
  });

type One = Observed['containers'][number];

function damaged(world: Observed, container: One, kind: number): One[] {
  const shared = world.containers.some(
    (c) => c.networkMode === `container:${container.id}` || JSON.stringify(c.body).includes(container.id),
  );
  switch (kind) {
    case 0:
      return shared ? [container] : [];
    case 1:
      return shared ? [container] : [{ ...container, state: 'exited', exitCode: 0 }];
    case 2:
      return [{ ...container, state: shared ? 'running' : 'exited', exitCode: 137 }];
    case 3:
      return [{ ...container, state: shared ? container.state : 'paused' }];
    case 4:
      return [{ ...container, name: `0123456789ab_${container.name}` }];
    case 5:
      return shared ? [container] : [{ ...container, state: 'created' }];
    case 6:
      return [
        {
          ...container,
          imageId: 'sha256:old',
          labels: { ...container.labels, 'com.docker.compose.image': 'sha256:old' },
        },
      ];
    default:
      return [container];
  }
}
