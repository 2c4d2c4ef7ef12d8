import { afterAll, beforeAll, expect } from 'vitest';
import { image } from '../../support/built-images.ts';
import { isRecord } from '../../support/json.ts';
import { digestOf, hasRegistry, startRegistry, type TestRegistry } from '../../support/registry.ts';
import { exits, prints, printsNot, service } from '../checks.ts';
import { scenario } from '../scenario.ts';
import { withBuilders } from './builders.ts';

let registry: TestRegistry;
beforeAll(async () => {
  if (hasRegistry) registry = await startRegistry();
});
afterAll(() => registry?.stop());

withBuilders(
  'what is built is pushed as soon as it is there, if it has a name of its own',
  async ({ one }) => {
    const name = `${registry.host}/${one.project}`;
    const file = (dockerfile: string) => `dockerfile_inline: ${JSON.stringify(dockerfile)}`;
    one.file(
      'compose.yaml',
      `services:
  app: {image: "${name}:1", build: {${file('FROM busybox\nRUN true')}, tags: ["${name}:more"]}}
  unnamed: {build: {${file('FROM busybox\nRUN true')}}}
  bad: {image: "${name}:bad", build: {${file('FROM busybox\nRUN exit 3')}}}
`,
    );
    await one.step('a failed one is not pushed', ['build', '--push'], exits(1), prints(`${name}:1 Pushed`));
    expect(await digestOf(registry, one.project, 'more')).toBe(await digestOf(registry, one.project, '1'));
    await expect(digestOf(registry, one.project, 'bad')).rejects.toThrow();
    await one.step('nobody there', ['build', '--push', 'app'], exits(0));
  },
  hasRegistry ? ['BuildKit', 'classic', 'Podman'] : [],
);

withBuilders(
  'dependencies are built too if that is asked for, and a build may be quiet',
  async ({ one }) => {
    const inline = (word: string) => `build: {dockerfile_inline: "FROM busybox\\nRUN echo ${word}"}`;
    one.file(
      'compose.yaml',
      `services:
  app: {${inline('of-app')}, depends_on: [db], command: sleep 1000, stop_grace_period: 0s}
  db: {${inline('of-db')}, command: sleep 1000, stop_grace_period: 0s}
  other: {${inline('of-other')}}
`,
    );
    await one.step('alone', ['build', 'app'], exits(0), printsNot('of-db'));
    expect(await image(one.host, `${one.project}-db`)).toBeUndefined();
    await one.step('with it', ['build', '--with-dependencies', 'app'], exits(0), prints('of-db'));
    expect(await image(one.host, `${one.project}-db`)).toBeDefined();
    expect(await image(one.host, `${one.project}-other`)).toBeUndefined();
    await one.step(
      'up',
      ['up', '-d', '--build', '--quiet-build', 'app'],
      exits(0),
      printsNot('of-app'),
      service('app', 'running'),
    );
  },
  ['BuildKit', 'Podman'],
);

scenario('a quiet build that fails still says why', async (one) => {
  one.file(
    'compose.yaml',
    'services:\n  app: {build: {dockerfile_inline: "FROM busybox\\nRUN echo what went wrong; exit 4"}}\n',
  );
  const why = [exits(1), prints('what went wrong'), prints(/RUN echo what/)];
  await one.step('build', ['build', '-q'], ...why);
  await one.step('up', ['up', '-d', '--quiet-build'], ...why);
});

scenario(
  'a check builds nothing and tells the lines, where the engine has checks; a bake file needs no engine',
  async (one) => {
    one.file('app/Dockerfile', 'FROM busybox as base\nMAINTAINER me\nRUN true\n');
    one.file(
      'compose.yaml',
      'services:\n  app:\n    image: named:1\n    build: {context: app, args: {A: "1"}}\n',
    );
    const checked = await one.tscompose(['build', '--check']);
    expect(checked.code).toBe(1);
    if (checked.stderr.includes('has no checks')) expect(checked.stderr).toContain('Docker 27 or later');
    else {
      expect(checked.stdout).toMatch(/Dockerfile:1: warning FromAsCasing/);
      expect(checked.stdout).toMatch(/> 2 \| MAINTAINER me/);
    }
    expect(await image(one.host, 'named:1')).toBeUndefined();
    one.environment['DOCKER_HOST'] = 'unix:///nowhere';
    const printed = await one.step('print', ['build', '--print', '--push'], exits(0));
    const bake: unknown = JSON.parse(printed.stdout);
    expect(bake).toMatchObject({
      group: { default: { targets: ['app'] } },
      target: { app: { args: { A: '1' }, tags: ['named:1'], output: ['type=registry'] } },
    });
    expect(isRecord(bake)).toBe(true);
    const contexts =
      '{ build: { context: app, additional_contexts: { b: "service:base" } }, depends_on: [db] }';
    const others = ['base', 'db', 'other'].map((name) => `  ${name}: { build: app }\n`).join('');
    one.file('compose.yaml', `services:\n  app: ${contexts}\n${others}`);
    const some = JSON.parse((await one.step('of one', ['build', '--print', 'app'], exits(0))).stdout);
    expect(some.group.default.targets).toEqual(['app', 'base']);
    expect(Object.keys(some.target)).toEqual(['app', 'base', 'db']);
    await one.step('of none', ['build', '--print', 'nope'], exits(1), prints('no such service: nope'));
    one.file('compose.yaml', 'services: { app: { image: busybox } }\n');
    const none = await one.step('nothing', ['build', '--print'], exits(0), prints('No services to build'));
    expect(none.stdout).toBe('');
  },
  { engines: ['docker'] },
);
