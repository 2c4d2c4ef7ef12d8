import { docker } from '../support/engines.ts';
import { exits, nothingLeft, prints, service } from './checks.ts';
import { Scenario, scenario } from './scenario.ts';

const file = `services:
  db:
    image: tscompose-base/busybox
    command: sleep 600
    stop_signal: SIGKILL
    volumes: ['data:/data']
volumes:
  data:
`;

scenario(
  'a group moves here from Docker, with its data',
  async (target) => {
    const source = new Scenario(docker!, target.project);
    try {
      for (const one of [source, target]) one.file('compose.yaml', file);
      await source.step('up', ['up', '-d'], exits(0));
      const write = 'echo 42 > /data/x; chown 7:8 /data/x; ln -s x /data/link';
      await source.step('write', ['exec', '-T', 'db', 'sh', '-c', write], exits(0));
      await source.step('move', ['migrate', '--to', target.host], exits(0), service('db', 'exited'));
      await target.step('it runs there', ['ps'], exits(0), service('db', 'running'));
      await target.step('data', ['exec', '-T', 'db', 'cat', '/data/link'], exits(0), prints('42'));
      await target.step('owner', ['exec', '-T', 'db', 'stat', '-c', '%u:%g', '/data/x'], prints('7:8'));
    } finally {
      await source.close();
    }
  },
  { engines: ['podman'] },
);

const picky = `services:
  db:
    image: tscompose-base/busybox
    command: sleep 600
    stop_signal: SIGKILL
    healthcheck:
      test: '[ "$$container" != podman ]'
      interval: 500ms
      retries: 1
    volumes: ['data:/data']
volumes:
  data:
`;

scenario(
  'a group that does not get healthy here goes on at its source, and leaves nothing here',
  async (target) => {
    const source = new Scenario(docker!, target.project);
    try {
      for (const one of [source, target]) one.file('compose.yaml', picky);
      await source.step('up', ['up', '-d', '--wait'], exits(0));
      await source.step('move', ['migrate', '--to', target.host], exits(4), service('db', 'running'));
      await target.step('nothing is left here', ['ps', '-a'], exits(0), nothingLeft());
    } finally {
      await source.close();
    }
  },
  { engines: ['podman'] },
);
