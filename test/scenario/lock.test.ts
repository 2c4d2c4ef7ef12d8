import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { projectState } from '../support/engines.ts';
import { dropImage, imageOf, makeImage } from '../support/images.ts';
import { digestOf, hasRegistry, startRegistry, type TestRegistry } from '../support/registry.ts';
import { exits, nothingLeft, prints, service } from './checks.ts';
import { type Check, type Scenario, scenario } from './scenario.ts';

let registry: TestRegistry;
beforeAll(async () => {
  if (hasRegistry) registry = await startRegistry();
});
afterAll(() => registry?.stop());

/** So that updates are quick: how long a new container has to live before it counts. */
const steady = '    deploy: { update_config: { monitor: 1s } }\n';

const unlessMissing = { skip: !hasRegistry };
const nameIn = (s: Scenario) => `${registry.host}/${s.project}:1`;

/** A new image under the project's tag in the registry; the engine keeps what it had under that name. */
async function publish(s: Scenario, mark: string, command = 'sleep 1000'): Promise<string> {
  const name = nameIn(s);
  const before = await imageOf(s.host, name);
  await makeImage(s.host, name, { mark, command });
  s.file('push.yaml', `services:\n  app:\n    image: ${name}\n    build: .\n`);
  await s.step(`publish ${mark}`, ['-f', 'push.yaml', 'push', '-q'], exits(0));
  await dropImage(s.host, name);
  if (before !== undefined) {
    const [repo, tag] = name.split(/:(?=[^:]+$)/);
    const { engineCall } = await import('../support/engines.ts');
    await engineCall(s.host, 'POST', `/images/${before.id}/tag?repo=${repo}&tag=${tag}`);
  }
  return await digestOf(registry, s.project, '1');
}

/** The mark of the image that a service's first container was made from. */
const runs =
  (mark: string): Check =>
  async ({ scenario: s }) => {
    const [one] = (await projectState(s.host, s.project)).containers;
    const { engineCall } = await import('../support/engines.ts');
    const { body } = await engineCall(s.host, 'GET', `/containers/${one?.id}/json`);
    const labels = (body as { Config: { Labels: Record<string, string> } }).Config.Labels;
    expect(labels['mark']).toBe(mark);
  };

const lockedTo =
  (digest: string): Check =>
  ({ scenario: s }) =>
    expect(readFileSync(join(s.folder, 'compose.lock'), 'utf8')).toContain(`digest: ${digest}`);

/** An update to an image that ends at once leads back to the second one. */
async function brokenUpdate(s: Scenario, second: string): Promise<void> {
  await publish(s, 'broken', 'false');
  await s.step(
    'a broken one',
    ['update', '--wait-timeout', '20'],
    exits(4),
    lockedTo(second),
    service('app', 'running'),
    runs('second'),
  );
}

scenario(
  'what is locked runs, whatever its tag has become; an update moves on, and back if that does not work',
  async (s) => {
    const first = await publish(s, 'first');
    s.file(
      'compose.yaml',
      `services:\n  app:\n    image: ${nameIn(s)}\n    stop_grace_period: 0s\n${steady}`,
    );
    await s.step('no lock yet', ['--locked', 'up', '-d'], exits(3), prints('tscompose lock'), nothingLeft());
    await s.step('lock', ['lock'], exits(0), prints(`+ ${nameIn(s)}`), lockedTo(first));
    await s.step('again', ['lock', '--check'], exits(0));
    const second = await publish(s, 'second');
    await s.step('up', ['--locked', 'up', '-d'], exits(0), service('app', 'running'), runs('first'));
    await s.step('check', ['update', '--check'], exits(2), prints(`~ ${nameIn(s)}`), lockedTo(first));
    await s.step('update', ['update'], exits(0), service('app', 'running'), runs('second'), lockedTo(second));
    await s.step('nothing newer', ['update', '--check'], exits(0), prints('up to date'));
    await brokenUpdate(s, second);
    s.file('compose.yaml', `services:\n  app:\n    image: ${registry.host}/${s.project}:2\n`);
    await s.step('drift', ['--locked', 'up', '-d'], exits(3), prints('it lacks'), runs('second'));
  },
  unlessMissing,
);

scenario(
  'without a lock an update compares with what the engine has',
  async (s) => {
    await publish(s, 'first');
    s.file(
      'compose.yaml',
      `services:\n  app:\n    image: ${nameIn(s)}\n    stop_grace_period: 0s\n${steady}`,
    );
    await s.step('up', ['up', '-d'], exits(0), runs('first'));
    await s.step('nothing newer', ['update', '--check'], exits(0));
    await publish(s, 'second');
    await s.step('newer', ['update', '--check', 'app'], exits(2), prints('(app)'));
    await s.step('update', ['update'], exits(0), service('app', 'running'), runs('second'));
    await s.step('no such service', ['update', 'nope'], exits(1), prints('no such service: nope'));
    await dropImage(s.host, nameIn(s));
  },
  { ...unlessMissing, engines: ['docker'] },
);

scenario(
  'builds start from the images that the lock says, and an update builds anew',
  async (s) => {
    const first = await publish(s, 'first');
    const from = (dockerfile: string) => s.file('app/Dockerfile', dockerfile);
    from('ARG TAG=1\nFROM $BASE:$TAG AS base\nFROM base\n'.replace('$BASE', `${registry.host}/${s.project}`));
    const build = '{ context: app, labels: { built: "yes" } }';
    s.file('compose.yaml', `services:\n  app:\n    build: ${build}\n    stop_grace_period: 0s\n${steady}`);
    await s.step('no lock', ['--locked', 'build'], exits(3));
    await s.step('lock', ['lock'], exits(0), prints(`+ ${nameIn(s)}`), lockedTo(first));
    const second = await publish(s, 'second');
    await dropImage(s.host, nameIn(s));
    await s.step('up', ['--locked', 'up', '-d'], exits(0), service('app', 'running'), runs('first'));
    await s.step('newer', ['update', '--check'], exits(2), prints(`~ ${nameIn(s)}`), prints('(app)'));
    await s.step('update', ['update'], exits(0), service('app', 'running'), runs('second'), lockedTo(second));
    await brokenUpdate(s, second);
    expect((await imageOf(s.host, `${s.project}-app`))?.mark).toBe('second');
    const missing = [exits(3), prints('it lacks')];
    await s.step('another one', ['--locked', 'build', '--build-arg', 'TAG=2'], ...missing);
    from(`FROM ${nameIn(s)}\nCOPY --from=${registry.host}/other / /\n`);
    await s.step('drift', ['--locked', 'build'], ...missing);
    s.file('compose.yaml', 'services:\n  app: { build: "https://127.0.0.1:1/x.git" }\n');
    await s.step(
      'not here',
      ['lock'],
      exits(0),
      prints('not locked: its context is https://127.0.0.1:1/x.git'),
    );
    const open = [exits(3), prints('its context is https://127.0.0.1:1/x.git'), prints('dockerfile_inline')];
    await s.step('nor built unseen', ['--locked', 'up', '-d'], ...open);
  },
  unlessMissing,
);

scenario(
  'remote files are locked by commit',
  async (s) => {
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
        ...{ cwd: join(s.folder, 'remote.git'), encoding: 'utf8' },
      }).trim();
    const commit = (command: string): void => {
      s.file(
        'remote.git/compose.yaml',
        `services:\n  app:\n    image: busybox@${digest}\n    command: ${command}\n`,
      );
      git('add', '.');
      git('commit', '--quiet', '-m', command);
    };
    const digest = `sha256:${'a'.repeat(64)}`;
    s.environment['XDG_CACHE_HOME'] = join(s.folder, 'cache');
    s.file('remote.git/x', '');
    git('init', '--quiet');
    commit('one');
    const first = git('rev-parse', 'HEAD');
    s.file('compose.yaml', `include:\n  - file://${s.folder}/remote.git\n`);
    await s.step('lock', ['lock'], exits(0), prints(first.slice(0, 12)));
    commit('two');
    await s.step('the locked one is read', ['config'], exits(0), prints('- one'));
    await s.step('newer', ['update', '--check'], exits(2), prints(git('rev-parse', 'HEAD').slice(0, 12)));
    rmSync(join(s.folder, 'compose.lock'));
    await s.step('the newest is read', ['config'], exits(0), prints('- two'));
  },
  { engines: ['docker'] },
);

scenario(
  'images that were replaced twice go, with --prune; the ones before the last change stay',
  async (s) => {
    s.environment['XDG_STATE_HOME'] = join(s.folder, 'state');
    s.file('compose.yaml', `services:\n  app:\n    image: ${nameIn(s)}\n    stop_grace_period: 0s\n`);
    const up = ['up', '-d', '--pull', 'always', '--prune', 'superseded'];
    const ids: string[] = [];
    for (const mark of ['first', 'second', 'third']) {
      await publish(s, mark);
      await s.step(mark, up, exits(0), runs(mark));
      ids.push((await imageOf(s.host, nameIn(s)))?.id ?? '');
    }
    const there = await Promise.all(ids.map(async (id) => (await imageOf(s.host, id)) !== undefined));
    expect(there).toEqual([false, true, true]);
    await s.step('down', ['down', '--rmi', 'all'], exits(0));
    await dropImage(s.host, ids[1] ?? '');
  },
  { ...unlessMissing, engines: ['docker'] },
);
