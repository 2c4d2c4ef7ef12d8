import { readFileSync } from 'node:fs';
import type { ContainerBody } from '../../../src/model/bodies.ts';
import type { ImageConfig } from '../../../src/model/image.ts';
import type { Project } from '../../../src/model/project.ts';
import type { Service } from '../../../src/model/service.ts';
import { compareWithPresent } from '../../../src/translate/compare/adopt.ts';
import type { ContainerComparison } from '../../../src/translate/compare/compare.ts';
import type { EngineFeatures } from '../../../src/translate/input.ts';
import { group, recordedProject } from './services.ts';

/** What an engine showed of the containers that test/contract/compare.engine.test.ts made. */
export interface Recorded {
  readonly facts: EngineFeatures;
  readonly image: ImageConfig;
  readonly containers: Readonly<Record<string, { readonly id: string; readonly body: ContainerBody }>>;
}

export function recorded(engine: 'docker-20.10' | 'podman-4.3'): Recorded {
  return JSON.parse(readFileSync(new URL(`${engine}.json`, import.meta.url), 'utf8')) as Recorded;
}

/** Compares the recorded container of a service with what the service would be made of now. */
export function compareRecorded(
  of: Recorded,
  name: string,
  service: Service = recordedProject.services[name]!,
  project: Project = recordedProject,
): ContainerComparison {
  const found = compareWithPresent(
    {
      ...{ project, facts: of.facts, serviceName: name, service, number: 1, name: `${group}-${name}-1` },
      image: { id: '', config: of.image },
      containerOf: (other) => of.containers[other]?.id,
      ...{ inherited: [], labels: {} },
    },
    of.containers[name]!,
  );
  return found!;
}
