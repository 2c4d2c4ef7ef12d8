import { moveLabel } from '../model/labels.ts';
import { containerName } from '../model/names.ts';
import { normalPlatform } from '../model/platform.ts';
import type { Project } from '../model/project.ts';
import type { Observed, ObservedContainer } from '../observe/observed.ts';
import type { PlanBuilder } from './builder.ts';
import type { MigrateIntent } from './intent.ts';
import type { Materials } from './materials.ts';
import { refuseFacts, tellBinds } from './migrate-facts.ts';

/** Refuses, with exit 3, what is known to fail, before anything is touched. */
export function refuseMigration(
  builder: PlanBuilder,
  project: Project,
  services: readonly string[],
  moving: readonly ObservedContainer[],
  source: Observed,
  target: Observed,
  intent: MigrateIntent,
  materials: Materials,
): void {
  const has = (labels: Readonly<Record<string, string>>) =>
    intent.id !== undefined && labels[moveLabel] === intent.id;
  const isBegun = intent.begun === true || intent.resume !== undefined;
  const ours = (labels: Readonly<Record<string, string>>) => isBegun && has(labels);
  const refuse = (code: string, message: string, hint: string) => builder.refuse(code, message, 3, hint);
  if (source.engine === target.engine) {
    refuse('same-engine', 'source and target are the same engine', 'name another engine with --to');
  }
  const [from, to] = [platform(source), platform(target)];
  if (from !== to) {
    const hint = 'images of the source do not run there; bring the group up there from its compose file';
    refuse('other-platform', `the source is ${from}, the target ${to}`, hint);
  }
  if (moving.length === 0) {
    refuse('nothing-to-move', `${project.name} has no container on ${source.engine}`, 'use up on the target');
  }
  if (!isBegun && [...target.containers, ...target.volumes].some(({ labels }) => has(labels))) {
    const message = `this move was begun from another machine or account, and is not over: ${intent.id}`;
    const hint = `go on with it there; if that is gone, remove on ${target.engine} what has the label ${moveLabel}=${intent.id}`;
    refuse('move-elsewhere', message, hint);
  }
  const others = target.containers.filter(
    ({ labels, service }) => !ours(labels) && services.includes(service),
  );
  if (others.length > 0) {
    const names = others.map((c) => c.name).join(', ');
    refuse(
      'target-in-use',
      `${target.engine} holds containers of ${project.name}: ${names}`,
      'take them down there',
    );
  }
  for (const name of services) {
    for (let number = 1; number <= moving.filter((c) => c.service === name).length; number += 1) {
      const wanted = containerName(project, name, number);
      if (!target.others?.some((c) => c.name === wanted)) continue;
      refuse(
        'name-taken',
        `${target.engine} has a container named ${wanted} already`,
        'rename or remove it there',
      );
    }
    refusePorts(builder, project, name, target);
    tellBinds(builder, project, name, target, intent);
  }
  refuseVolumes(builder, project, services, moving, target, ours);
  refuseFacts(builder, project, services, moving, source, target, intent, materials);
}

function refusePorts(builder: PlanBuilder, project: Project, name: string, target: Observed): void {
  for (const port of project.services[name]!.ports ?? []) {
    if (port.published === undefined || !/^\d+$/.test(port.published)) continue;
    const number = Number(port.published);
    const holder = target.others?.find((c) =>
      c.ports.some(
        (p) =>
          p.hostPort === number &&
          p.protocol === (port.protocol ?? 'tcp') &&
          overlap(p.hostIp, port.host_ip ?? ''),
      ),
    );
    if (number === 0 || holder === undefined) continue;
    const message = `port ${number} of ${name} is taken on ${target.engine} by container ${holder.name}`;
    builder.refuse('port-taken', message, 3, 'free the port there, or publish another one');
  }
}

function overlap(a: string, b: string): boolean {
  const any = (ip: string) => ip === '' || ip === '0.0.0.0' || ip === '::';
  return any(a) || any(b) || a === b;
}

function refuseVolumes(
  builder: PlanBuilder,
  project: Project,
  services: readonly string[],
  moving: readonly ObservedContainer[],
  target: Observed,
  ours: (labels: Readonly<Record<string, string>>) => boolean,
): void {
  const used = new Set(services.flatMap((s) => (project.services[s]!.volumes ?? []).map((m) => m.source)));
  for (const [key, volume] of Object.entries(project.volumes)) {
    if (!used.has(key)) continue;
    const there = target.volumes.some((v) => v.name === volume.name && !ours(v.labels));
    if (volume.external) {
      if (there)
        builder.warn('external-volume', `external volume ${volume.name} is used as ${target.engine} has it`);
      continue;
    }
    const driver = volume.driver ?? 'local';
    if (driver !== 'local') {
      const message = `volume ${volume.name} is of driver ${driver}, whose data can't be copied`;
      builder.refuse('volume-driver', message, 3, 'make it external on both sides');
    }
    if (!there) continue;
    const message = `volume ${volume.name} exists on ${target.engine} and may hold data`;
    builder.refuse('volume-exists', message, 3, 'remove it there if nobody needs it');
  }
  for (const mount of moving.flatMap((c) => c.mounts)) {
    if (mount.type !== 'volume' || !target.volumes.some((v) => v.name === mount.name && !ours(v.labels)))
      continue;
    if (Object.values(project.volumes).some((v) => v.name === mount.name)) continue;
    const message = `volume ${mount.name} exists on ${target.engine} and may hold data`;
    builder.refuse('volume-exists', message, 3, 'remove it there if nobody needs it');
  }
}

function platform({ facts }: Observed): string {
  return normalPlatform(`${facts.os}/${facts.arch}`);
}
