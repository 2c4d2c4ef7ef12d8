import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { isRecord } from '../support/json.ts';
import { containersOn, type Group } from './group.ts';
import { call, type Host } from './hosts.ts';

/** One service that does nothing, with a volume. @param more lines of the service */
export function still(...more: readonly string[]): string {
  return `services:
  box:
    image: tscompose-base/busybox
    command: sleep 100000
    restart: always
    stop_signal: SIGKILL
    volumes: ['data:/data']
${more.map((line) => `    ${line}\n`).join('')}volumes:
  data:
`;
}

/** Where a host's engine has a project's volume. */
export function volumeOn(host: Host, group: Group, volume = 'data'): string {
  return join(host.folder, 'data', 'volumes', `${group.name}_${volume}`, '_data');
}

/** All that a copy could have done to a volume: names, inodes, types, modes, owners, sizes, both times. */
export function factsIn(folder: string): string {
  const format = '%P|%i|%y|%m|%U|%G|%s|%T@|%C@|%l\n';
  return execFileSync('find', [folder, '-printf', format]).toString().split('\n').sort().join('\n');
}

/** When a project's containers on a host were started, by service. */
export async function startsOn(host: Host, group: Group): Promise<readonly string[]> {
  const seen = await containersOn(host, group.name);
  const states = seen.map(async ({ id, service }) => {
    const { body } = await call(host, 'GET', `/containers/${id}/json`);
    const state = isRecord(body) && isRecord(body['State']) ? body['State'] : {};
    return `${service} ${state['StartedAt']}`;
  });
  return (await Promise.all(states)).sort();
}

/** `2 of 2 always,unless-stopped`: how many run, and the restart policies. */
export async function outlineOn(host: Host, group: Group): Promise<string> {
  const seen = await containersOn(host, group.name);
  const running = seen.filter((one) => one.running).length;
  return [
    `${running} of ${seen.length}`,
    seen
      .map((one) => one.restart)
      .sort()
      .join(','),
  ]
    .join(' ')
    .trim();
}
