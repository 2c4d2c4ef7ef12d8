import { containersOn, type Group, logOf } from './group.ts';
import type { Host } from './hosts.ts';

/** Writes numbers, tells each that is on the disk, and serves as long as its data is whole. */
export const writer = writing('tscompose-base/busybox', 0.02);

/** @param pause seconds between two writes */
export function writing(image: string, pause: number): string {
  return `services:
  counter:
    image: ${image}
    restart: always
    command:
      - sh
      - -ec
      - |
        trap 'exit 0' TERM
        i=$$(tail -n 1 /data/journal 2>/dev/null || echo 0)
        while :; do i=$$((i + 1)); echo $$i >> /data/journal; sync /data/journal; read up rest < /proc/uptime; echo ack $$i $$up; sleep ${pause}; done
    volumes: ['data:/data']
  front:
    image: ${image}
    command: sleep 100000
    restart: unless-stopped
    stop_signal: SIGKILL
    depends_on: [counter]
volumes:
  data:
`;
}

/** The last number that was acknowledged, and whether the journal of a host has all up to it. */
export async function lostWrites(group: Group, from: Host, good: Host): Promise<number> {
  const sources = await containersOn(from, group.name);
  const counter = sources.find((one) => one.service === 'counter');
  const acked = counter === undefined ? [] : [...(await logOf(from, counter.id)).matchAll(/ack (\d+)/g)];
  const last = Math.max(0, ...acked.map((match) => Number(match[1])));
  const journal = await group.must(good.local, 'exec', '-T', 'counter', 'cat', '/data/journal');
  const numbers = new Set(journal.split('\n').map(Number));
  return Array.from({ length: last }, (_, i) => i + 1).filter((n) => !numbers.has(n)).length;
}
