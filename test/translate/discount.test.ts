import { describe, expect, test } from 'vitest';
import type { ContainerBody } from '../../src/model/bodies.ts';
import type { ImageConfig } from '../../src/model/image.ts';
import type { Service } from '../../src/model/service.ts';
import { compareWithPresent } from '../../src/translate/compare/adopt.ts';
import { inputOf } from './bodies.ts';
import { compareRecorded, recorded } from './recorded/load.ts';
import { services } from './recorded/services.ts';

const config: ImageConfig = {
  env: ['PATH=/bin', 'VERSION=1'],
  cmd: ['serve'],
  entrypoint: ['/start'],
  labels: { vendor: 'v' },
  exposedPorts: ['80/tcp'],
  volumes: ['/var/lib'],
  workingDir: '/srv',
  user: 'app',
  stopSignal: 'SIGQUIT',
  healthcheck: { Test: ['CMD', 'ok'], Interval: 5e9 },
};

/** What an engine shows of a container of that image that asks for nothing. */
const shown: ContainerBody = {
  Image: 'app',
  Env: [...config.env],
  Cmd: ['serve'],
  Entrypoint: ['/start'],
  Labels: { vendor: 'v', 'com.docker.compose.project': 'other', 'tscompose.other': 'x' },
  ExposedPorts: { '80/tcp': {} },
  WorkingDir: '/srv',
  User: 'app',
  Hostname: '0123456789ab',
  StopSignal: 'SIGQUIT',
  Healthcheck: { Test: ['CMD', 'ok'], Interval: 5e9 },
  HostConfig: {
    NetworkMode: 'p_default',
    RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    LogConfig: { Type: 'json-file', Config: {} },
    ShmSize: 67108864,
    Runtime: 'runc',
    IpcMode: 'private',
    Mounts: [{ Type: 'volume', Source: 'f'.repeat(64), Target: '/var/lib' }],
  },
  NetworkingConfig: { EndpointsConfig: { p_default: { Aliases: ['p-app-1', 'app', '0123456789ab'] } } },
};

function fields(service: Service, body: ContainerBody = shown): string[] | undefined {
  return compareWithPresent(inputOf(service, { image: { id: '', config } }), { body })?.changes.map(
    (c) => c.field,
  );
}

describe('what the image and the engine bring', () => {
  test('is no difference', () => {
    expect(fields({})).toEqual([]);
  });

  test('is one once the service asks for something else', () => {
    expect(fields({ environment: { VERSION: '2' } })).toEqual(['environment.VERSION']);
    expect(fields({ entrypoint: ['/other'] })).toEqual(['command', 'entrypoint']);
    expect(fields({ user: 'root', working_dir: '/', stop_signal: 'TERM' })).toEqual([
      'user',
      'working_dir',
      'stop_signal',
    ]);
    expect(fields({ healthcheck: { interval: '7s' } })).toEqual(['healthcheck.interval']);
  });

  test('is not confused with what was asked for and no longer is', () => {
    expect(fields({}, { ...shown, Env: [...config.env, 'OLD=1'] })).toEqual(['environment.OLD']);
    expect(fields({}, { ...shown, Labels: { ...shown.Labels, old: '1' } })).toEqual(['labels.old']);
    expect(fields({}, { ...shown, Cmd: ['other'] })).toEqual(['command']);
    const HostConfig = { ...shown.HostConfig, Mounts: [], Binds: ['p_data:/d:rw'] };
    expect(fields({}, { ...shown, HostConfig })).toEqual(['volumes./d']);
  });

  test('can’t be told without the image or the body', () => {
    expect(compareWithPresent(inputOf({}), { body: shown })).toBeUndefined();
    expect(compareWithPresent(inputOf({}, { image: { id: '', config } }), {})).toBeUndefined();
  });

  test('order does not matter where it means nothing', () => {
    const body = { ...shown, Env: ['B=2', 'A=1', ...config.env] };
    expect(fields({ environment: { A: '1', B: '2' } }, body)).toEqual([]);
  });

  test('words of a command are not mixed up', () => {
    expect(fields({ command: ['a b'] }, { ...shown, Cmd: ['a', 'b'] })).toEqual(['command']);
  });
});

describe('what a change costs', () => {
  const docker = recorded('docker-20.10');
  const podman = recorded('podman-4.3');
  const restart = { ...services['process']!, restart: 'always' };

  test('a restart policy is updated in place on Docker', () => {
    expect(compareRecorded(docker, 'process', restart)).toMatchObject({
      cost: 'update',
      update: { restartPolicy: 'always' },
    });
    expect(compareRecorded(podman, 'process', restart).cost).toBe('recreate');
  });

  test('limits are updated, with the swap limit that follows from them', () => {
    const { update } = compareRecorded(docker, 'bare', { ...services['bare']!, mem_limit: '1000', cpus: 2 });
    expect(update).toEqual({ resources: { Memory: 1000, MemorySwap: 2000, NanoCpus: 2e9 } });
  });

  test('a limit that is taken away needs a new container', () => {
    const { pids_limit: _, ...unlimited } = services['limits']!;
    expect(compareRecorded(docker, 'limits', unlimited)).toMatchObject({
      changes: [{ field: 'pids_limit', before: '50', after: undefined }],
      cost: 'recreate',
    });
  });

  test('one change that needs a new container takes the others along', () => {
    const { cost, update } = compareRecorded(docker, 'process', { ...restart, user: 'root' });
    expect(cost).toBe('recreate');
    expect(update).toBeUndefined();
  });
});
