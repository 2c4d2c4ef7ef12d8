import type { Engine, EngineInfo, NetworkSummary } from '../engine/engine.ts';
import { moveLabel } from '../model/labels.ts';
import type { ObservedContainer } from './observed.ts';

/** What has to be known before a move beyond what a plan is usually made from. */
export interface MoveFacts {
  readonly info: EngineInfo;
  /** Networks of others on the target, with their subnets. */
  readonly subnets: readonly { readonly network: string; readonly subnet: string }[];
  /** Containers outside the moving group that have one of its volumes on the source. */
  readonly strangers: readonly {
    readonly volume: string;
    readonly container: string;
    readonly alive: boolean;
  }[];
  /** Moving containers that hold files of their own outside volumes, with how many. */
  readonly written: readonly { readonly container: string; readonly paths: number }[];
  /** Bytes by name, of the source's volumes. */
  readonly sizes: ReadonlyMap<string, number>;
  /** All networks of the target. */
  readonly networks: readonly Pick<NetworkSummary, 'name' | 'labels'>[];
}

/** Asks both engines, and changes nothing. */
export async function observeMove(
  source: Engine,
  target: Engine,
  moving: readonly ObservedContainer[],
  id: string | undefined,
): Promise<MoveFacts> {
  const ids = new Set(moving.map((container) => container.id));
  const volumes = new Set(
    moving.flatMap((container) => container.mounts.filter((m) => m.type === 'volume').map((m) => m.name)),
  );
  const [info, networks, everyone, written, sizes] = await Promise.all([
    target.info(),
    target.listNetworks({}),
    source.listContainers({ all: true }),
    Promise.all(moving.map((container) => writtenIn(source, container))),
    source.volumeSizes().catch(() => new Map<string, number>()),
  ]);
  return {
    ...{ info, sizes, written: written.filter(({ paths }) => paths > 0) },
    subnets: networks
      .filter((network) => network.labels[moveLabel] !== id || id === undefined)
      .flatMap((network) =>
        (network.ipam.Config ?? []).flatMap(({ Subnet }) =>
          Subnet === undefined || Subnet === '' ? [] : [{ network: network.name, subnet: Subnet }],
        ),
      ),
    strangers: everyone
      .filter((one) => !ids.has(one.id) && !('tscompose.helper' in one.labels))
      .flatMap((one) =>
        one.mounts
          .filter((mount) => mount.type === 'volume' && volumes.has(mount.name))
          .map((mount) => ({
            volume: mount.name,
            container: one.name,
            alive: ['running', 'paused', 'restarting'].includes(one.state),
          })),
      ),
    networks,
  };
}

/** What every start of a container writes says nothing. */
const usual = /^\/(dev|proc|sys|run|tmp|etc|var\/run)(\/|$)/;

async function writtenIn(
  engine: Engine,
  { id, name, mounts }: ObservedContainer,
): Promise<{ container: string; paths: number }> {
  const changes = await engine.changesOfContainer(id).catch(() => []);
  const outside = changes.filter(
    ({ path, kind }) =>
      kind !== 'modified' &&
      !usual.test(path) &&
      !mounts.some(({ destination }) => path === destination || path.startsWith(`${destination}/`)),
  );
  return { container: name, paths: outside.length };
}
