import { expect, test } from 'vitest';
import { planRun } from '../../src/plan/run.ts';
import { emptyEngine, plainMaterials, project } from '../support/builders.ts';

test.each([true, false])(
  'a detached one-off that shall go at its end is left to the engine: %s',
  (autoRemove) => {
    const shop = project({ web: { image: 'web' } });
    const intent = {
      ...{ command: 'run' as const, service: 'web', wanted: shop.services['web']!, slug: 'a'.repeat(64) },
      ...{ start: true, autoRemove },
    };
    const plan = planRun(shop, emptyEngine(shop), intent, plainMaterials);
    const bodies = plan.nodes.flatMap(({ operation: op }) =>
      op.kind === 'create-container' ? [op.body] : [],
    );
    expect(bodies.map((body) => body.HostConfig.AutoRemove ?? false)).toEqual([autoRemove]);
  },
);
