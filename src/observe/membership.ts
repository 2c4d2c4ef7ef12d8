import type { NetworkSummary } from '../engine/engine.ts';
import { forwarderLabel } from '../model/forwarding.ts';
import { label } from '../model/labels.ts';
import type { Project } from '../model/project.ts';
import type { Observed, ObservedContainer } from './observed.ts';

/** True for a container that a `pre_start` hook ran in. */
export function isHook(container: ObservedContainer): boolean {
  return label.hook in container.labels;
}

/** True for a container of ours that holds the ports of a service. */
export function isForwarder({ labels }: { readonly labels: Readonly<Record<string, string>> }): boolean {
  return forwarderLabel.service in labels;
}

/** The forwarder of a service. One that was replaced and has not gone yet does not count. */
export function forwarderOf(observed: Observed, service: string): ObservedContainer | undefined {
  const found = observed.containers.filter((c) => c.labels[forwarderLabel.service] === service);
  return found.find(isAlive) ?? found[0];
}

/** The containers of a service by number, without one-offs, hooks and forwarders. */
export function containersOf(observed: Observed, service: string): readonly ObservedContainer[] {
  return observed.containers.filter(
    (c) => c.service === service && !c.oneOff && !isHook(c) && !isForwarder(c) && c.state !== 'removing',
  );
}

/** The id of a service's first container: others take namespaces and volumes from it. */
export function firstIdOf(observed: Observed, service: string): string | undefined {
  return containersOf(observed, service)[0]?.id;
}

export function isAlive(container: ObservedContainer): boolean {
  return container.state === 'running' || container.state === 'paused' || container.state === 'restarting';
}

/** True if the container is on the network: by id, or by name as some Podman versions say it. */
export function isOn(container: ObservedContainer, network: NetworkSummary): boolean {
  return Object.entries(container.networks).some(
    ([name, endpoint]) =>
      name === network.name || endpoint.networkId === network.id || endpoint.networkId === network.name,
  );
}

export interface Orphans {
  /** Of services that the current files had once. */
  readonly own: readonly ObservedContainer[];
  /** Made from other compose files with the same project name. */
  readonly foreign: readonly ObservedContainer[];
}

/**
 * Containers of the project whose service is in none of its files, inactive profiles included, and those of `run`
 * that have ended.
 */
export function orphansOf(project: Project, observed: Observed): Orphans {
  const own: ObservedContainer[] = [];
  const foreign: ObservedContainer[] = [];
  for (const container of observed.containers) {
    if (isHook(container) || container.state === 'removing') continue;
    const known = container.service in project.services || container.service in project.disabledServices;
    if (container.oneOff ? isAlive(container) || container.state === 'created' : known) continue;
    (isForeign(container, project.configFiles) ? foreign : own).push(container);
  }
  return { own, foreign };
}

/** True if the container's `config_files` label shares no file with these. No label: not foreign. */
function isForeign(container: ObservedContainer, configFiles: readonly string[]): boolean {
  const files = container.labels[label.configFiles];
  if (files === undefined || files === '') return false;
  return !files.split(',').some((file) => configFiles.includes(file));
}

/** True if the container was made to live in the network namespace of the other. */
export function sharesNetworkOf(container: ObservedContainer, parent: ObservedContainer): boolean {
  const mode = container.networkMode;
  return mode === `container:${parent.id}` || mode === `container:${parent.name}`;
}
