import { expect, test } from 'vitest';
import type { Project } from '../../src/model/project.ts';
import type { Service } from '../../src/model/service.ts';
import { type BakeOptions, bakeFile } from '../../src/output/bake.ts';

const projectOf = (services: Readonly<Record<string, Service>>): Project => ({
  ...{
    name: 'shop',
    workingDir: '/p',
    configFiles: [],
    environmentFiles: [],
    environment: {},
    activeProfiles: [],
  },
  ...{ services, disabledServices: {}, networks: {}, volumes: {}, configs: {}, models: {}, extensions: {} },
  secrets: { tok: { name: 'tok', environment: 'TOKEN' }, file: { name: 'file', file: '/p/secret' } },
});

const options: BakeOptions = {
  services: ['web'],
  labels: () => ({ who: 'me' }),
  args: () => ({}),
  dockerfile: (context, dockerfile) => (dockerfile === '' ? '' : `${context}/${dockerfile}`),
  platforms: () => [],
};

const bake = (services: Readonly<Record<string, Service>>, more: Partial<BakeOptions> = {}): unknown =>
  JSON.parse(bakeFile(projectOf(services), { ...options, ...more }));

test('all that a build says is in its target, in the order of bake’s own fields', () => {
  const web: Service = {
    image: 'shop/web:1',
    build: {
      ...{ context: '/p/web', dockerfile: 'Dockerfile', target: 'prod', tags: ['more:1'], network: 'host' },
      ...{ additional_contexts: { lib: 'service:my.lib', src: '/p/src' }, labels: { a: '<&>' } },
      ...{
        cache_from: ['x'],
        cache_to: ['type=inline'],
        secrets: [{ source: 'tok' }, { source: 'file', target: 'f' }],
      },
      ...{
        ssh: ['default', 'k=/key'],
        shm_size: '1024',
        ulimits: { nofile: { soft: 1, hard: 2 }, nproc: 3 },
      },
      ...{ extra_hosts: ['a=1.1.1.1', 'a=::1'], privileged: true, entitlements: ['network.host'] },
      ...{ provenance: 'mode=max', sbom: 'false', no_cache_filter: ['one'] },
    },
  };
  const text = bakeFile(
    projectOf({ web, 'my.lib': { build: { context: '/p/lib' } }, none: { image: 'x' } }),
    {
      ...options,
      ...{ noCache: true, pull: true, args: () => ({ Z: '1', A: '${X}' }) },
    },
  );
  expect(text).toContain('\\u003c\\u0026\\u003e');
  expect(JSON.parse(text)).toEqual({
    group: { default: { targets: ['web'] } },
    target: {
      my_lib: expect.objectContaining({ context: '/p/lib', tags: ['shop-my.lib'], output: ['type=docker'] }),
      web: {
        ...{ context: '/p/web', contexts: { lib: 'target:my_lib', src: '/p/src' } },
        ...{ dockerfile: '/p/web/Dockerfile', args: { A: '$${X}', Z: '1' }, labels: { a: '<&>', who: 'me' } },
        ...{
          tags: ['more:1', 'shop/web:1'],
          'cache-from': ['x'],
          'cache-to': ['type=inline'],
          target: 'prod',
        },
        secret: ['id=tok,type=env,env=TOKEN', 'id=f,type=file,src=/p/secret'],
        ...{ ssh: ['default=', 'k=/key'], pull: true, 'no-cache': true, network: 'host' },
        ...{ 'no-cache-filter': ['one'], 'shm-size': '1024', ulimits: ['nofile=1:2', 'nproc=3'] },
        ...{ entitlements: ['network.host', 'security.insecure'], 'extra-hosts': { a: '1.1.1.1,::1' } },
        ...{ output: ['type=docker'], attest: ['type=provenance,mode=max', 'type=sbom,disabled=true'] },
      },
    },
  });
  const fields = Object.keys(JSON.parse(text).target.web);
  expect(fields.slice(0, 8)).toEqual([
    ...['context', 'contexts', 'dockerfile', 'args', 'labels', 'tags', 'cache-from', 'cache-to'],
  ]);
});

test('a Dockerfile in the compose file is given as it is', () => {
  const inline = 'FROM x\nRUN echo ${A} $B\n';
  const web: Service = { build: { context: '/p', dockerfile_inline: inline } };
  expect(bake({ web })).toMatchObject({
    target: { web: { 'dockerfile-inline': 'FROM x\nRUN echo $${A} $B\n' } },
  });
});

test('what becomes of the image follows from push, check and platforms', () => {
  const web: Service = { image: 'r/web', build: { context: '/p' } };
  const own: Service = { build: { context: '/p' } };
  const outputs = (more: Partial<BakeOptions>) => {
    const { target } = JSON.parse(bakeFile(projectOf({ web, own }), { ...options, ...more }));
    return [target.web.output, target.own.output, target.web.call];
  };
  expect(outputs({})).toEqual([['type=docker'], ['type=docker'], undefined]);
  expect(outputs({ push: true })).toEqual([['type=registry'], ['type=docker'], undefined]);
  expect(outputs({ check: true })).toEqual([undefined, undefined, 'lint']);
  const platforms = () => ['linux/amd64', 'linux/arm64'];
  expect(outputs({ push: true, platforms })).toEqual([
    ['type=image,push=true'],
    ['type=image,push=false'],
    undefined,
  ]);
});

test('names that differ in dots only stay apart', () => {
  const service: Service = { build: { context: '/p' } };
  const file = bake({ 'a.b': service, a_b: service }, { services: ['a.b', 'a_b'] });
  expect(file).toMatchObject({ group: { default: { targets: ['a_b', 'a_b_'] } } });
});
