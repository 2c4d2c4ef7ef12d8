import type { Engine } from '../../engine/engine.ts';
import { shortened } from '../../logs/started.ts';
import { formatPorts } from '../../output/ports.ts';
import { formatTable } from '../../output/table.ts';
import { projectContainers } from '../containers.ts';

/** The project's containers as a small table, no line wider than the terminal. */
export async function projectTable(engine: Engine, project: string, columns = 80): Promise<string> {
  const all = await projectContainers(engine, project, { all: true, oneOff: false });
  const rows = all.map((one) => [shortened(one.name, project), one.status, formatPorts(one.ports)]);
  return formatTable(['NAME', 'STATUS', 'PORTS'], rows)
    .split('\n')
    .map((line) => line.slice(0, columns))
    .join('\n');
}
