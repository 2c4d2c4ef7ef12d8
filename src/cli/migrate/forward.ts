import { helperContainer } from '../../data/container.ts';
import { EngineError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { placesOf } from '../../engine/host-of.ts';
import { moveLabel } from '../../model/labels.ts';
import type { MoveRecord } from './record.ts';
import type { Stage } from './run.ts';

/** Milliseconds that a connection waits for the target, and for one attempt. */
const patience = { hold: 10_000, connect: 2_000 };

/**
 * `--forward`: a container on the source that holds the ports which the moved containers had published there, and passes
 * connections on to the target. It stays until the move is finished, or so many seconds. A failure is told, no more: the
 * move has succeeded.
 */
export async function forwardPorts(stage: Stage, record: MoveRecord, seconds: number): Promise<void> {
  const [source, target] = stage.engines as readonly [Engine, Engine];
  const [host] = placesOf(target.facts);
  if (host === undefined) {
    stage.say(
      'warning',
      `no ports are forwarded: ${target.name} has no address that ${source.name} could reach`,
    );
    return;
  }
  try {
    const ports = await publishedPorts(source, record);
    if (ports.length === 0) {
      stage.say('info', 'no ports are forwarded: the source had published none');
      return;
    }
    const table = {
      ...{ generation: 1, ...patience, backends: [{ host, use: 'all' }] },
      ports: ports.map(({ port, protocol }) => ({ port, protocol, mode: 'tcp' })),
    };
    await helperContainer(source, {
      args: ['forward', 'run'],
      name: `${record.project}-forward-${record.id}`,
      labels: { [moveLabel]: record.id },
      environment: [`FORWARD_SECONDS=${Math.ceil(seconds)}`],
      restart: seconds === 0 ? 'unless-stopped' : 'no',
      ports,
      file: { target: '/state/table.json', content: Buffer.from(JSON.stringify(table)) },
    });
    const list = ports.map(({ port }) => port).join(', ');
    const until = seconds === 0 ? `until --finish ${record.id}` : `for ${seconds} s`;
    stage.say(
      'info',
      `${source.name} forwards ${ports.length === 1 ? 'port' : 'ports'} ${list} to ${host}, ${until}`,
    );
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    stage.say('warning', `no ports are forwarded: ${error.message}`);
  }
}

interface Published {
  readonly hostIp: string;
  readonly port: number;
  readonly protocol: string;
}

async function publishedPorts(source: Engine, { containers }: MoveRecord): Promise<Published[]> {
  const found = new Map<string, Published>();
  for (const { id } of containers) {
    const { body } = await source.inspectContainer(id);
    for (const [key, bindings] of Object.entries(body.HostConfig.PortBindings ?? {})) {
      const protocol = key.split('/')[1] ?? 'tcp';
      for (const { HostIp = '', HostPort = '' } of bindings ?? []) {
        const port = Number(HostPort);
        if (!Number.isInteger(port) || port <= 0) continue;
        found.set(`${HostIp} ${port} ${protocol}`, { hostIp: HostIp, port, protocol });
      }
    }
  }
  return [...found.values()];
}
