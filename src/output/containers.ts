import type { ContainerSummary } from '../engine/engine.ts';
import { label } from '../model/labels.ts';
import { formatPorts, sortedPorts } from './ports.ts';
import type { RowFormat } from './rows.ts';
import { type Fields, labelFunction, rowLabels } from './template.ts';
import { goTime, humanDuration } from './units.ts';

/** Cuts to `length` characters, the last of them an ellipsis. */
function cut(text: string, length: number): string {
  const letters = [...text];
  return letters.length <= length ? text : `${letters.slice(0, length - 1).join('')}…`;
}

/**
 * A container with the fields of `ps --format json`.
 * @param now seconds since 1970
 */
export function containerFields(container: ContainerSummary, now: number, truncate: boolean): Fields {
  const { labels, mounts } = container;
  const command = JSON.stringify(truncate ? cut(container.command, 20) : container.command);
  return {
    Command: command,
    CreatedAt: goTime(container.created),
    Engine: '',
    ExitCode: container.exitCode ?? 0,
    Health: container.health,
    ID: truncate ? container.id.slice(0, 12) : container.id,
    Image: container.image,
    [rowLabels]: labels,
    Labels: Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(','),
    LocalVolumes: String(mounts.filter((m) => m.driver === 'local').length),
    Mounts: mounts
      .map((m) => (m.name === '' ? m.source : m.name))
      .map((name) => (truncate ? cut(name, 15) : name))
      .join(','),
    Name: container.name,
    Names: container.names.join(','),
    Networks: Object.keys(container.networks).join(','),
    Ports: formatPorts(container.ports),
    Project: labels[label.project] ?? '',
    Publishers: sortedPorts(container.ports).map(({ hostIp, port, hostPort, protocol }) => ({
      ...{ URL: hostIp, TargetPort: port, PublishedPort: hostPort ?? 0, Protocol: protocol },
    })),
    RunningFor: `${humanDuration(now - container.created)} ago`,
    Service: labels[label.service] ?? '',
    Size: '0B',
    State: container.state,
    Status: container.status,
  };
}

export const containerFormat: RowFormat = {
  columns: [
    ['Name', 'NAME'],
    ['Image', 'IMAGE'],
    ['Command', 'COMMAND'],
    ['Service', 'SERVICE'],
    ['RunningFor', 'CREATED'],
    ['Status', 'STATUS'],
    ['Ports', 'PORTS'],
  ],
  headings: [['ID', 'CONTAINER ID']],
  fields: [
    ...['Command', 'CreatedAt', 'Engine', 'ExitCode', 'Health', 'ID', 'Image', 'Labels', 'LocalVolumes'],
    ...['Mounts', 'Name', 'Names', 'Networks', 'Ports', 'Project', 'Publishers', 'RunningFor', 'Service'],
    ...['Size', 'State', 'Status'],
  ],
  functions: labelFunction,
};
