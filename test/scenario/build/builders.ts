import { describe } from 'vitest';
import { image, imageFiles } from '../../support/built-images.ts';
import { engineCall } from '../../support/engines.ts';
import { isRecord } from '../../support/json.ts';
import { type Scenario, scenario } from '../scenario.ts';

export type Builder = 'BuildKit' | 'classic' | 'Podman';

export interface Built {
  readonly one: Scenario;
  readonly builder: Builder;
  /** Docker 23 or later: its BuildKit knows here-documents, named contexts, limits, other caches. */
  readonly modern: boolean;
  /** Text of a file below `/out` of the service's image. */
  out(file: string, service?: string): Promise<string>;
  labels(service?: string): Promise<Readonly<Record<string, unknown>>>;
}

/** One sentence about builds that must be true with both builders of Docker, and with Podman's. */
export function withBuilders(
  sentence: string,
  body: (built: Built) => Promise<void>,
  builders: readonly Builder[] = ['BuildKit', 'classic', 'Podman'],
): void {
  describe(sentence, () => {
    for (const builder of builders) {
      scenario(
        `with ${builder}`,
        async (one) => {
          one.environment['DOCKER_BUILDKIT'] = builder === 'classic' ? '0' : '1';
          const name = (service: string) => `${one.project}-${service}`;
          const { body: version } = await engineCall(one.host, 'GET', '/version');
          const api = isRecord(version) ? String(version['ApiVersion']) : '';
          await body({
            ...{ one, builder, modern: Number(api.split('.')[1]) >= 42 },
            out: async (file, service = 'app') =>
              (await imageFiles(one.host, name(service), '/out'))[`out/${file}`] ?? `no file ${file}`,
            labels: async (service = 'app') => (await image(one.host, name(service)))?.labels ?? {},
          });
        },
        { engines: [builder === 'Podman' ? 'podman' : 'docker'] },
      );
    }
  });
}
