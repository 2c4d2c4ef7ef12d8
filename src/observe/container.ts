import type { ContainerDetails, ContainerSummary } from '../engine/engine.ts';
import { label } from '../model/labels.ts';
import type { ObservedContainer } from './observed.ts';

/** A list entry, read by docker compose's labels. */
export function observedContainer(summary: ContainerSummary): ObservedContainer {
  const { labels } = summary;
  const oneOff = labels[label.oneOff]?.toLowerCase() === 'true';
  const number = Number.parseInt(labels[label.number] ?? '', 10);
  return {
    id: summary.id,
    name: summary.name,
    service: labels[label.service] ?? '',
    number: oneOff || Number.isNaN(number) ? 0 : number,
    oneOff,
    state: summary.state,
    health: summary.health,
    exitCode: summary.exitCode,
    created: summary.created,
    image: summary.image,
    imageId: summary.imageId,
    labels,
    mounts: summary.mounts,
    ports: summary.ports,
    networks: summary.networks,
    networkMode: summary.networkMode,
  };
}

/** Adds what only an inspection shows: the body, and lists that some engines shorten. */
export function withDetails(container: ObservedContainer, details: ContainerDetails): ObservedContainer {
  return { ...container, mounts: details.mounts, networks: details.networks, body: details.body };
}

/** By service, number and name, so that equal worlds are equal values. */
export function byServiceAndNumber(a: ObservedContainer, b: ObservedContainer): number {
  return compareText(a.service, b.service) || a.number - b.number || compareText(a.name, b.name);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
