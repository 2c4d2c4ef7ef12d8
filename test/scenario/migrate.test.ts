import { expect } from 'vitest';
import { docker } from '../support/engines.ts';
import { exits, nothingLeft, prints, service } from './checks.ts';
import { type Ended, Scenario, scenario } from './scenario.ts';

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

const still = `services:
  box:
    image: tscompose-base/busybox
    command: sleep 600
    restart: always
    stop_signal: SIGKILL
    volumes: ['data:/data']
volumes:
  data:
`;

const fill =
  'cd /data && mkdir -p a/b && echo 1 > a/b/c && ln a/b/c hard && ln -s nowhere link && chown 5:6 a && truncate -s 50M sparse';

const digestIn = ({ stderr, stdout }: Ended) => /sha256 ([0-9a-f]+)/.exec(stdout + stderr)?.[1];

scenario(
  'from Docker to Podman and back: the digests of the data are the same, and a killed move goes on',
  async (target) => {
    const source = new Scenario(docker!, target.project);
    try {
      for (const one of [source, target]) one.file('compose.yaml', still);
      await source.step('up', ['up', '-d'], exits(0));
      await source.step('fill', ['exec', '-T', 'box', 'sh', '-c', fill], exits(0));
      await source.tscompose(['migrate', '--to', target.host], {
        started: (child) => {
          child.stderr?.on('data', (text) => /Verifying/.test(String(text)) && child.kill('SIGKILL'));
        },
      });
      const { stdout } = await source.step('what was begun', ['migrate', 'ls', '--format', 'json'], exits(0));
      const id =
        /"ID":"(\w+)","Project":"([^"]*)"[^}]*"Phase":"(cut|starting)"[^}]*}\]?\s*$/.exec(stdout)?.[1] ?? '';
      const there = await source.step(
        'go on',
        ['migrate', '--resume', id],
        exits(0),
        service('box', 'exited'),
      );
      await source.step('finish', ['migrate', '--finish', id], exits(0), nothingLeft());
      const back = await target.step('back', ['migrate', '--to', source.host, '--remove-source'], exits(0));
      expect(digestIn(there)).toMatch(/^[0-9a-f]{16}$/);
      expect(digestIn(back)).toBe(digestIn(there));
      await source.step('it runs here again', ['ps'], exits(0), service('box', 'running'));
      await target.step('nothing is left there', ['ps', '-a'], exits(0), nothingLeft());
    } finally {
      await source.close();
    }
  },
  { engines: ['podman'] },
);

scenario(
  'a move that was killed when the target ran is taken back only by giving up what the target wrote',
  async (target) => {
    const source = new Scenario(docker!, target.project);
    try {
      for (const one of [source, target]) one.file('compose.yaml', still);
      await source.step('up', ['up', '-d'], exits(0));
      await source.tscompose(['migrate', '--to', target.host], {
        started: (child) => {
          child.stderr?.on('data', (text) => /Waiting/.test(String(text)) && child.kill('SIGKILL'));
        },
      });
      const { stdout } = await source.step('what was begun', ['migrate', 'ls', '--format', 'json'], exits(0));
      const id = /"ID":"(\w+)"[^}]*"Phase":"starting"/.exec(stdout)?.[1] ?? '';
      await source.step('not by itself', ['migrate', '--abort', id], exits(5), service('box', 'exited'));
      const words = ['migrate', '--abort', id, '--discard-target'];
      await source.step('by name', words, exits(0), service('box', 'running'));
      await target.step('nothing is left there', ['ps', '-a'], exits(0), nothingLeft());
      await source.step('again', ['migrate', '--abort', id], exits(0), service('box', 'running'));
    } finally {
      await source.close();
    }
  },
  { engines: ['podman'] },
);
