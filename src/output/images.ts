import type { ContainerSummary } from '../engine/engine.ts';
import type { ImageDetails } from '../engine/images.ts';
import { formatTable } from './table.ts';
import { decimalSize, humanDuration } from './units.ts';

/** The image of a container as `images --format json` shows it. */
export interface ImageRow {
  readonly ID: string;
  readonly ContainerName: string;
  readonly Repository: string;
  readonly Tag: string;
  readonly Platform: string;
  /** Bytes. */
  readonly Size: number;
  readonly Created: string;
  readonly LastTagTime: string;
}

/** @param image undefined if the engine no longer has it */
export function imageRow(container: ContainerSummary, image: ImageDetails | undefined): ImageRow {
  const { os = '', arch = '', variant = '' } = image ?? {};
  return {
    ID: image?.id ?? container.imageId,
    ContainerName: container.name,
    ...nameOf(container.image, image?.repoTags ?? []),
    Platform: [os, arch, variant].filter((part) => part !== '').join('/'),
    Size: image?.size ?? 0,
    Created: image?.created ?? '',
    LastTagTime: image?.lastTagTime ?? '',
  };
}

/** The tag that the container was made with if the image still has it, else any, else none. */
function nameOf(reference: string, tags: readonly string[]): { Repository: string; Tag: string } {
  const full = /:[^/]+$/.test(reference) ? reference : `${reference}:latest`;
  const tag = tags.find((one) => one === full) ?? tags[0];
  if (tag === undefined) return { Repository: '<none>', Tag: '<none>' };
  const at = tag.lastIndexOf(':');
  return { Repository: tag.slice(0, at), Tag: tag.slice(at + 1) };
}

/** @param now seconds since 1970 */
export function imageTable(rows: readonly ImageRow[], now: number): string {
  const cells = rows.map((row) => [
    ...[row.ContainerName, row.Repository, row.Tag, row.Platform],
    row.ID.replace(/^sha256:/, '').slice(0, 12),
    decimalSize(row.Size),
    row.Created === '' ? 'N/A' : `${humanDuration(now - Date.parse(row.Created) / 1000)} ago`,
  ]);
  const heading = ['CONTAINER', 'REPOSITORY', 'TAG', 'PLATFORM', 'IMAGE ID', 'SIZE', 'CREATED'];
  return formatTable(heading, cells, 20);
}
