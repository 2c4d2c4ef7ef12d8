import { describe, expect, it } from 'vitest';
import type { Service } from '../../src/model/service.ts';
import { mountOf } from '../../src/watch/mounts.ts';
import { isWatchable, triggersOf } from '../../src/watch/triggers.ts';
import { project } from '../support/builders.ts';

const build = { context: '/p', dockerfile: 'Dockerfile' };
const rebuild: Service = { build, develop: { watch: [{ path: '/p/src', action: 'rebuild' }] } };

describe('rules that can not be followed are refused', () => {
  it.each<[string, Service, RegExp]>([
    ['no section', {}, /none of the selected services is configured for watch/],
    ['no rule', { develop: {} }, /none of the selected services is configured for watch/],
    [
      'a rebuild of nothing',
      { image: 'i', develop: { watch: [{ path: '/p', action: 'rebuild' }] } },
      /can't watch service "web" with action rebuild without a build context/,
    ],
    [
      'no command to run',
      { develop: { watch: [{ path: '/p', action: 'sync+exec', target: '/a', exec: { command: null } }] } },
      /can't watch with action "sync\+exec" on service web without a command/,
    ],
    ['all of the machine', { develop: { watch: [{ path: '/', action: 'restart' }] } }, /cannot watch root/],
    [
      'a section of early days that is none',
      { 'x-develop': { watch: [{ action: 'sync' }] } },
      /MUST define a path/,
    ],
  ])('%s', (_, web, message) => {
    expect(() => triggersOf(project({ web }))).toThrow(message);
  });

  it('a rebuild where nothing may be built', () => {
    const one = project({ web: rebuild });
    expect(() => triggersOf(one, { noBuild: true })).toThrow(
      '--no-build is incompatible with watch action rebuild in service web',
    );
    expect(triggersOf(one).triggers).toHaveLength(1);
  });
});

it('tells whether there is something to follow', () => {
  expect(isWatchable(project({ web: {}, api: rebuild }))).toBe(true);
  expect(isWatchable(project({ web: { 'x-develop': {} } }))).toBe(true);
  expect(isWatchable(project({ web: { develop: { watch: [] } } }))).toBe(false);
});

it('what is mounted is not copied, and what only runs a command then goes on doing so', () => {
  const volumes = [{ type: 'bind', source: '/p/src', target: '/src' }] as const;
  const watch = [
    { path: '/p/src/a', action: 'sync', target: '/a' },
    { path: '/p/src-more', action: 'sync', target: '/more' },
    { path: '/p/src', action: 'sync+exec', target: '/src', exec: { command: ['reload'] } },
  ] as const;
  const { triggers, warnings } = triggersOf(project({ web: { volumes, develop: { watch } } }));
  expect(warnings).toEqual([
    "path '/p/src/a' also declared by a bind mount volume, this path won't be monitored!",
  ]);
  expect(triggers.map(({ path, target }) => [path, target])).toEqual([
    ['/p/src-more', '/more'],
    ['/p/src', undefined],
  ]);
});

it('says where copies would be lost', () => {
  const watch = [
    { path: '/p/a', action: 'sync', target: '/tmp/a' },
    { path: '/p/b', action: 'sync', target: '/tmpfs' },
  ] as const;
  const { triggers, warnings } = triggersOf(
    project({ web: { tmpfs: ['/tmp:size=1m'], develop: { watch } } }),
  );
  expect(triggers).toHaveLength(2);
  expect(warnings).toEqual([
    `service "web": /tmp/a lies on the tmpfs /tmp, where the engine can't put files`,
  ]);
});

it('finds the innermost mount', () => {
  expect(mountOf('/data/x/y', ['/data', '/data/x', '/dat'])).toBe('/data/x');
  expect(mountOf('/database', ['/data'])).toBeUndefined();
});

it('names of early days count, with a word about them', () => {
  const old = { path: '/p/a', action: 'sync', target: '/a', 'x-initialSync': true } as const;
  const section = {
    watch: [{ path: './b', action: 'sync', target: '/b', ignore: '*.log', initial_sync: true }],
  };
  const { triggers, warnings } = triggersOf(
    project({ web: { develop: { watch: [old] } }, api: { 'x-develop': section } }),
  );
  expect(warnings).toEqual([
    'x-initialSync is DEPRECATED, please use the official `initial_sync` attribute',
    'x-develop is DEPRECATED, please use the official `develop` attribute',
  ]);
  expect(triggers).toMatchObject([
    { service: 'web', initialSync: true },
    { service: 'api', path: '/p/b', ignore: ['*.log'], initialSync: true },
  ]);
});
