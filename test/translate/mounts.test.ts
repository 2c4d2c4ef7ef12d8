import { describe, expect, test } from 'vitest';
import type { Service, ServiceVolume } from '../../src/model/service.ts';
import { containerBody } from '../../src/translate/container.ts';
import { added, inputOf, old, project } from './bodies.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('volumes', () => {
  test.each<readonly [ServiceVolume, string]>([
    [{ type: 'volume', source: 'data', target: '/d' }, 'p_data:/d:rw'],
    [{ type: 'volume', source: 'data', target: '/d', read_only: true }, 'p_data:/d:ro'],
    [{ type: 'bind', source: '/s', target: '/d', bind: { selinux: 'z' } }, '/s:/d:rw,z'],
    [{ type: 'bind', source: '/s', target: '/d', bind: { create_host_path: true } }, '/s:/d:rw'],
  ])('%j is a short bind', (volume, bind) => {
    expect(added({ volumes: [volume] })).toEqual({ Binds: [bind] });
  });

  test.each<readonly [ServiceVolume, object]>([
    [
      { type: 'volume', target: '/d' },
      { Type: 'volume', Target: '/d' },
    ],
    [
      { type: 'volume', source: 'data', target: '/d', volume: { nocopy: true, labels: { a: 'b' } } },
      { Type: 'volume', Source: 'p_data', Target: '/d', VolumeOptions: { NoCopy: true, Labels: { a: 'b' } } },
    ],
    [
      { type: 'bind', source: '/s', target: '/d', bind: { propagation: 'rslave' } },
      {
        Type: 'bind',
        Source: '/s',
        Target: '/d',
        BindOptions: { Propagation: 'rslave', CreateMountpoint: true },
      },
    ],
    [
      { type: 'bind', source: '/s', target: '/d', consistency: 'cached', bind: { create_host_path: false } },
      { Type: 'bind', Source: '/s', Target: '/d', Consistency: 'cached' },
    ],
    [
      { type: 'bind', source: '/s', target: '/d', bind: { recursive: 'disabled', create_host_path: false } },
      { Type: 'bind', Source: '/s', Target: '/d', BindOptions: { NonRecursive: true } },
    ],
    [
      { type: 'tmpfs', target: '/d', tmpfs: { size: '1024', mode: 0o1777 } },
      { Type: 'tmpfs', Target: '/d', TmpfsOptions: { SizeBytes: 1024, Mode: 0o1777 } },
    ],
  ])('%j is a long mount', (volume, mount) => {
    expect(added({ volumes: [volume] })).toEqual({ Mounts: [mount] });
  });

  test('of two volumes at one place the later counts', () => {
    const volumes: ServiceVolume[] = [
      { type: 'bind', source: '/a', target: '/d' },
      { type: 'bind', source: '/b', target: '/d' },
    ];
    expect(added({ volumes })).toEqual({ Binds: ['/b:/d:rw'] });
  });

  test('the id of an image that is mounted is kept in a label', () => {
    const service: Service = { volumes: [{ type: 'image', source: 'tools', target: '/t' }] };
    const { body } = containerBody(inputOf(service, { imageId: (reference) => `id of ${reference}` }));
    expect(body.Labels['com.docker.compose.image-volume-digest']).toBe('/t=id of tools');
    expect(body.HostConfig.Mounts).toEqual([{ Type: 'image', Source: 'tools', Target: '/t' }]);
  });

  test('the engine’s socket and the credentials come with use_api_socket', () => {
    const { body, files } = containerBody(inputOf({ use_api_socket: true }, { registryConfig: '{}' }));
    expect(body.HostConfig.Binds).toEqual(['/var/run/docker.sock:/var/run/docker.sock:rw']);
    expect(body.Env).toEqual(['DOCKER_CONFIG=/run/secrets/docker']);
    expect(files.map(({ target }) => target)).toEqual(['/run/secrets/docker/config.json']);
    const own = { use_api_socket: true, environment: { DOCKER_CONFIG: '/mine' } };
    expect(containerBody(inputOf(own, { registryConfig: '{}' })).files).toEqual([]);
  });
});

describe('volumes of the replaced container', () => {
  const inherited = ['/anonymous', '/of-image', '/dropped'].map((destination) => ({
    ...{ type: 'volume', name: `name${destination.replace('/', '-')}`, source: '', destination },
    readWrite: destination !== '/of-image',
  }));
  const service: Service = { volumes: [{ type: 'volume', target: '/anonymous' }] };
  const anonymous = { Type: 'volume', Source: 'name-anonymous', Target: '/anonymous' };
  const ofImage = { Type: 'volume', Source: 'name-of-image', Target: '/of-image', ReadOnly: true };
  const config = {
    ...{ env: [], cmd: null, entrypoint: null, labels: {}, exposedPorts: [], volumes: ['/of-image'] },
    ...{ workingDir: '', user: '', stopSignal: '', healthcheck: undefined },
  };

  test('go on where the service or the image has one', () => {
    const { body } = containerBody(inputOf(service, { inherited, image: { id: '', config } }));
    expect(body.HostConfig.Mounts).toEqual([anonymous, ofImage]);
  });

  test('all go on while the image is not known', () => {
    const { body } = containerBody(inputOf(service, { inherited }));
    expect(body.HostConfig.Mounts).toHaveLength(3);
  });
});

describe('configs and secrets', () => {
  test('a file is bound where nothing is said of owner and mode', () => {
    const { body, files } = containerBody(
      inputOf({ configs: [{ source: 'file' }], secrets: [{ source: 'key', target: 'k' }] }),
    );
    expect(body.HostConfig.Mounts).toEqual([
      { Type: 'bind', Source: '/p/file', Target: '/file', ReadOnly: true },
      { Type: 'bind', Source: '/p/key', Target: '/run/secrets/k', ReadOnly: true },
    ]);
    expect(files).toEqual([]);
  });

  test('a file with owner or mode is copied', () => {
    const secret = { source: 'key', target: '/k', uid: '5', gid: '6', mode: '0400' };
    const { body, files } = containerBody(inputOf({ secrets: [secret] }));
    expect(body.HostConfig.Mounts).toBeUndefined();
    expect(files.map((f) => ({ ...f, content: text(f.content) }))).toEqual([
      { target: '/k', content: 'content of /p/key', uid: 5, gid: 6, mode: 0o400 },
    ]);
  });

  test('what can’t be read is bound after all, with a warning', () => {
    const input = inputOf({ secrets: [{ source: 'key', mode: '0400' }] }, { contents: () => undefined });
    const { body, files, warnings } = containerBody(input);
    expect(body.HostConfig.Mounts).toHaveLength(1);
    expect(files).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('keeps its owner and mode')]);
  });

  test('content and variables are copied, readable for all', () => {
    const { files } = containerBody(inputOf({ configs: [{ source: 'text' }, { source: 'variable' }] }));
    expect(files.map(({ target, content, mode, uid }) => [target, text(content), mode, uid])).toEqual([
      ['/text', 'hello', 0o444, 0],
      ['/variable', 'value', 0o444, 0],
    ]);
  });

  test.each([
    [{ configs: [{ source: 'outside' }] }, 'TSC303'],
    [{ configs: [{ source: 'nowhere' }] }, 'TSC140'],
    [{ configs: [{ source: 'text', uid: 'root' }] }, 'TSC301'],
    [{ configs: [{ source: 'text' }], read_only: true }, 'TSC309'],
  ])('%j is refused', (service, code) => {
    expect(() => containerBody(inputOf(service))).toThrow(expect.objectContaining({ code }));
  });

  test('a volume takes files of a read-only container, and Podman’s root does too', () => {
    const volumes: ServiceVolume[] = [{ type: 'volume', target: '/run/secrets' }];
    const service: Service = { secrets: [{ source: 'word' }], read_only: true };
    expect(containerBody(inputOf({ ...service, volumes })).files).toHaveLength(1);
    const facts = { ...old, kind: 'podman' } as const;
    expect(containerBody(inputOf(service, { facts, project })).files).toHaveLength(1);
  });
});
