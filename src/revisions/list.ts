import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants, inflateRaw } from 'node:zlib';
import type { VolumeSummary } from '../engine/engine.ts';
import type { VolumeBody } from '../model/bodies.ts';
import { isObject } from '../util/json.ts';
import type { Revision, RevisionContent } from './revision.ts';

/** Labels of the volumes that keep revisions. The last four are of former ones, which hold one revision each. */
export const listLabel = {
  project: 'tscompose.revision.project',
  list: 'tscompose.revision.list',
  number: 'tscompose.revision.number',
  time: 'tscompose.revision.time',
  command: 'tscompose.revision.command',
  content: 'tscompose.revision.content',
} as const;

/** All revisions that these volumes keep, oldest first, each once. What can't be read is left out. */
export async function readRevisions(volumes: readonly VolumeSummary[]): Promise<Revision[]> {
  const read = await Promise.all(volumes.map((volume) => readVolume(volume).catch(() => [])));
  const all = new Map(read.flat().map((one) => [JSON.stringify(one), one]));
  return [...all.values()].sort((a, b) => a.number - b.number || (a.time < b.time ? -1 : 1));
}

async function readVolume({ labels }: VolumeSummary): Promise<Revision[]> {
  const packed = labels[listLabel.list];
  if (packed === undefined) return await readFormer(labels);
  const value: unknown = JSON.parse(
    (await promisify(brotliDecompress)(Buffer.from(packed, 'base64'))).toString('utf8'),
  );
  return Array.isArray(value) ? value.filter(isRevision) : [];
}

async function readFormer(labels: VolumeSummary['labels']): Promise<Revision[]> {
  const packed = Buffer.from(labels[listLabel.content] ?? '', 'base64');
  const content: unknown = JSON.parse((await promisify(inflateRaw)(packed)).toString('utf8'));
  const one = {
    number: Number(labels[listLabel.number]),
    time: labels[listLabel.time] ?? '',
    command: labels[listLabel.command] ?? '',
    content,
  };
  return isRevision(one) ? [one] : [];
}

/** The volume that keeps these revisions. Its name tells of its content: labels of a volume never change. */
export async function volumeWith(project: string, revisions: readonly Revision[]): Promise<VolumeBody> {
  const json = JSON.stringify(revisions);
  // Revisions are much alike, and its window takes in all of them.
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 6,
    [constants.BROTLI_PARAM_SIZE_HINT]: json.length,
  };
  const packed = await promisify(brotliCompress)(json, { params });
  const digest = createHash('sha256').update(json).digest('hex').slice(0, 8);
  const newest = revisions.at(-1)?.number ?? 0;
  return {
    Name: `${project}.revisions-${newest}-${digest}`,
    Labels: { [listLabel.project]: project, [listLabel.list]: packed.toString('base64') },
  };
}

function isRevision(value: unknown): value is Revision {
  if (!isObject(value) || typeof value['number'] !== 'number' || typeof value['time'] !== 'string')
    return false;
  return typeof value['command'] === 'string' && isContent(value['content']);
}

/** What this program wrote itself is taken as it is; anything else does not have these members. */
function isContent(value: unknown): value is RevisionContent {
  if (!isObject(value) || !isObject(value['project']) || !isObject(value['images'])) return false;
  const { project } = value;
  return 'services' in project && 'networks' in project && 'volumes' in project && 'configFiles' in project;
}
