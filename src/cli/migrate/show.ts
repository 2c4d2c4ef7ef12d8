import { goJson } from '../../output/json.ts';
import { formatTable } from '../../output/table.ts';
import type { Context } from '../session.ts';
import { listRecords, type MoveRecord, mustRead } from './record.ts';

/** `migrate ls` and `migrate status ID`. */
export function showMoves(
  { terminal }: Context,
  stateFolder: string,
  id: string | undefined,
  format: string | undefined,
): number {
  const records = id === undefined ? listRecords(stateFolder) : [mustRead(stateFolder, id)];
  if (format === 'json') {
    const rows = records.map(rowOf);
    terminal.stdout.write(`${goJson(id === undefined ? rows : rows[0])}\n`);
  } else if (id === undefined) {
    const cells = records.map((one) => [
      one.id,
      one.project,
      one.from.name,
      one.to.name,
      one.phase,
      one.began,
    ]);
    terminal.stdout.write(formatTable(['ID', 'PROJECT', 'FROM', 'TO', 'PHASE', 'BEGAN'], cells, 20));
  } else {
    for (const record of records) terminal.stdout.write(statusText(record));
  }
  return 0;
}

function rowOf({
  id,
  project,
  from,
  to,
  phase,
  began,
  changed,
  downtime,
  seconds,
  volumes,
  containers,
  left,
}: MoveRecord) {
  return {
    ...{ ID: id, Project: project, From: from.address, To: to.address, Phase: phase, Began: began },
    ...{ Changed: changed, Volumes: volumes, Containers: containers.map(({ name }) => name) },
    ...(downtime !== undefined && { Downtime: downtime }),
    ...(seconds !== undefined && { Seconds: seconds }),
    ...(left === true && { Left: true }),
  };
}

const meanings = {
  copying: (id: string) => `the source serves; --resume ${id} goes on, --abort ${id} cleans the target up`,
  cut: (id: string) => `the source is stopped, the target has not started; --resume ${id} or --abort ${id}`,
  starting: (id: string) => `the data is proved, the target may run; --resume ${id}, or --abort ${id}`,
  committed: (id: string) => `the target is the group; --finish ${id} removes the source`,
  finished: () => 'nothing is left to do',
  aborted: () => 'the source serves as before',
};

function statusText(record: MoveRecord): string {
  const { id, project, from, to, phase, left, began, changed, downtime, seconds, volumes, containers } =
    record;
  const rows: (readonly [string, string])[] = [
    ['move', id],
    ['project', record.as === undefined ? project : `${project}, renamed to ${record.as}`],
    ['from', from.address],
    ['to', to.address],
    ['phase', `${phase}: ${meanings[phase](id)}`],
    ...(left === true ? [['left', `what was made on ${to.name}; --abort ${id} removes it`] as const] : []),
    ['began', began],
    ['changed', changed],
    ['containers', containers.map(({ name }) => name).join(', ')],
    ['volumes', volumes.join(', ')],
  ];
  if (downtime !== undefined) rows.push(['downtime', `${downtime.toFixed(1)} s`]);
  if (seconds !== undefined) rows.push(['took', `${seconds.toFixed(1)} s`]);
  return rows.map(([name, value]) => `${`${name}:`.padEnd(12)} ${value}\n`).join('');
}
