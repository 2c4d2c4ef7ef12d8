import type { ContainerStats } from '../engine/engine.ts';
import type { RowFormat } from './rows.ts';
import type { Fields } from './template.ts';
import { binarySize, decimalSize } from './units.ts';

/** What a container uses, with the fields of `stats --format json`. Zeros for one that does not run. */
export function statsFields(
  container: { readonly id: string; readonly name: string },
  sample: ContainerStats | undefined,
  truncate: boolean,
): Fields {
  const { cpuPercent = 0, memoryUsage = 0, memoryLimit = 0, pids = 0 } = sample ?? {};
  const { networkRx = 0, networkTx = 0, blockRead = 0, blockWrite = 0 } = sample ?? {};
  const memoryPercent = memoryLimit === 0 ? 0 : (memoryUsage / memoryLimit) * 100;
  return {
    BlockIO: `${decimalSize(blockRead)} / ${decimalSize(blockWrite)}`,
    CPUPerc: `${cpuPercent.toFixed(2)}%`,
    Container: container.id,
    ID: truncate ? container.id.slice(0, 12) : container.id,
    MemPerc: `${memoryPercent.toFixed(2)}%`,
    MemUsage: `${binarySize(memoryUsage)} / ${binarySize(memoryLimit)}`,
    Name: container.name,
    NetIO: `${decimalSize(networkRx)} / ${decimalSize(networkTx)}`,
    PIDs: String(pids),
  };
}

export const statsFormat: RowFormat = {
  columns: [
    ['ID', 'CONTAINER ID'],
    ['Name', 'NAME'],
    ['CPUPerc', 'CPU %'],
    ['MemUsage', 'MEM USAGE / LIMIT'],
    ['MemPerc', 'MEM %'],
    ['NetIO', 'NET I/O'],
    ['BlockIO', 'BLOCK I/O'],
    ['PIDs', 'PIDS'],
  ],
  fields: ['BlockIO', 'CPUPerc', 'Container', 'ID', 'MemPerc', 'MemUsage', 'Name', 'NetIO', 'PIDs'],
};
