import { setTimeout as sleep } from 'node:timers/promises';
import type { ResourceEvent } from '../../src/execute/events.ts';
import { openProgress } from '../../src/progress/choose.ts';

/** Started by many.test.ts on a terminal: fifty services, one of which the others wait for. */
const progress = await openProgress({ command: 'up' }, { stderr: process.stderr, environment: process.env });
const say = (
  name: string,
  status: ResourceEvent['status'],
  text: string,
  more: Partial<ResourceEvent> = {},
) =>
  progress.emit({
    type: 'resource',
    time: Date.now(),
    id: `Container shop-${name}-1`,
    status,
    text,
    ...more,
  });
const names = Array.from({ length: 49 }, (_, i) => `web${i + 1}`);
const wait: Partial<ResourceEvent> = {
  ...{ engine: 'e', node: 1, service: 'db', until: 'healthy', operation: 'wait-container' },
  neededBy: names.map((name) => `Container shop-${name}-1`),
};
say('db', 'Working', 'Starting');
for (const name of names) say(name, 'Working', 'Creating');
await sleep(200);
say('db', 'Done', 'Started');
for (const name of names) say(name, 'Done', 'Created');
say('db', 'Working', 'Waiting', wait);
await sleep(300);
say('db', 'Working', 'Waiting', {
  ...wait,
  probes: { failed: 2, of: 3 },
  details: 'health: probe 9: exit 1',
});
await sleep(600);
say('db', 'Done', 'Healthy', wait);
for (const name of names) {
  say(name, 'Working', 'Starting');
  await sleep(15);
  say(name, 'Done', 'Started');
}
await sleep(300);
await progress.close();
process.stderr.write('the end\n');
