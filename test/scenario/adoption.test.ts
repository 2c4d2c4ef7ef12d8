import { expect } from 'vitest';
import { engineCall, projectState } from '../support/engines.ts';
import { exits, nothingLeft, prints, service } from './checks.ts';
import { type Scenario, scenario } from './scenario.ts';

const compose = `services:
  web:
    image: tscompose-base/busybox
    command: sleep 600
    stop_signal: SIGKILL
    environment: { MODE: live, EMPTY: "" }
    depends_on: [db]
    ports: ["127.0.0.1:21880:80"]
    networks: { default: { aliases: [front] } }
    healthcheck: { test: [CMD, "true"], interval: 30s }
    mem_limit: 64m
  db:
    image: tscompose-base/busybox
    command: [sleep, "600"]
    stop_signal: SIGKILL
    user: "0:0"
    restart: unless-stopped
    volumes: ["data:/data", "./conf:/conf:ro", "/cache"]
    cap_add: [NET_ADMIN]
    logging: { driver: json-file }
volumes:
  data:
`;

/** Makes the group through the engine alone, as docker compose does: its labels, its bodies, its names. */
async function byOtherMeans(s: Scenario, hashOf: (service: string) => string): Promise<void> {
  const post = async (path: string, body: unknown): Promise<string> => {
    const answer = await engineCall(s.host, 'POST', path, body);
    expect(answer.status, `${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return (answer.body as { Id?: string }).Id ?? '';
  };
  const of = (more: object) => ({ 'com.docker.compose.project': s.project, ...more });
  const network = `${s.project}_default`;
  await post('/networks/create', {
    Name: network,
    Labels: of({ 'com.docker.compose.network': 'default', 'com.docker.compose.version': '2.40.0' }),
  });
  await post('/volumes/create', {
    Name: `${s.project}_data`,
    Labels: of({ 'com.docker.compose.volume': 'data', 'com.docker.compose.version': '2.40.0' }),
  });
  const image = await engineCall(s.host, 'GET', '/images/tscompose-base/busybox/json');
  const labels = (name: string, dependsOn = '') =>
    of({
      'com.docker.compose.service': name,
      'com.docker.compose.container-number': '1',
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.config-hash': hashOf(name),
      'com.docker.compose.depends_on': dependsOn,
      'com.docker.compose.image': (image.body as { Id: string }).Id,
      'com.docker.compose.project.config_files': `${s.folder}/compose.yaml`,
      'com.docker.compose.project.working_dir': s.folder,
      'com.docker.compose.version': '2.40.0',
    });
  const attached = (name: string, ...more: readonly string[]) => ({
    EndpointsConfig: { [network]: { Aliases: [`${s.project}-${name}-1`, name, ...more] } },
  });
  const common = { AttachStdout: true, AttachStderr: true, Image: 'tscompose-base/busybox' };
  const db = await post(`/containers/create?name=${s.project}-db-1`, {
    ...common,
    User: '0:0',
    Cmd: ['sleep', '600'],
    StopSignal: 'SIGKILL',
    Labels: labels('db'),
    Volumes: { '/cache': {} },
    HostConfig: {
      Binds: [`${s.project}_data:/data:rw`, `${s.folder}/conf:/conf:ro`],
      NetworkMode: network,
      RestartPolicy: { Name: 'unless-stopped' },
      CapAdd: ['NET_ADMIN'],
      LogConfig: { Type: 'json-file', Config: null },
    },
    NetworkingConfig: attached('db'),
  });
  const web = await post(`/containers/create?name=${s.project}-web-1`, {
    ...common,
    Cmd: ['sleep', '600'],
    StopSignal: 'SIGKILL',
    Env: ['EMPTY=', 'MODE=live'],
    Labels: labels('web', 'db:service_started:false'),
    ExposedPorts: { '80/tcp': {} },
    Healthcheck: { Test: ['CMD', 'true'], Interval: 30e9 },
    HostConfig: {
      NetworkMode: network,
      PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '21880' }] },
      Memory: 67108864,
    },
    NetworkingConfig: attached('web', 'front'),
  });
  await post(`/containers/${db}/start`, undefined);
  await post(`/containers/${web}/start`, undefined);
}

const ids = async (s: Scenario) =>
  (await projectState(s.host, s.project)).containers.map(({ id, state }) => [id, state]).sort();

for (const [what, other] of [
  ['of this version', false],
  ['of a version that hashes otherwise', true],
] as const) {
  scenario(`a group that docker compose ${what} brought up is taken over as it is`, async (s) => {
    s.file('compose.yaml', compose);
    s.file('conf/a', '');
    const hashes = await s.step('hashes', ['config', '--hash', '*'], exits(0));
    const known = new Map(hashes.stdout.split('\n').map((line) => line.split(' ') as [string, string]));
    await byOtherMeans(s, (name) => (other ? 'a'.repeat(64) : known.get(name)!));
    const before = await ids(s);
    await s.step('nothing to do', ['plan'], exits(0), prints('2 unchanged'));
    await s.step('up', ['up', '-d'], exits(0), service('web', 'running'), service('db', 'running'));
    expect(await ids(s)).toEqual(before);
    s.file('compose.yaml', compose.replace('MODE: live', 'MODE: test'));
    await s.step('only what changes', ['plan'], exits(2), prints('environment.MODE: live -> test'));
    await s.step('up', ['up', '-d'], exits(0));
    expect((await ids(s)).filter(([id]) => before.some(([old]) => old === id))).toHaveLength(1);
    await s.step('down', ['down', '-v'], exits(0), nothingLeft());
  });
}

scenario(
  'what takes namespaces or volumes of another container is hashed with its id',
  async (s) => {
    const file = (parent: string, from: string) => `services:
  main: { image: tscompose-base/busybox, command: sleep 600, stop_signal: SIGKILL, volumes: [/kept] }
  side: { image: tscompose-base/busybox, command: sleep 600, stop_signal: SIGKILL, network_mode: "${parent}" }
  heir: { image: tscompose-base/busybox, command: sleep 600, stop_signal: SIGKILL, volumes_from: ["${from}"] }
`;
    s.file('compose.yaml', file('service:main', 'main:ro'));
    await s.step('up', ['up', '-d'], exits(0));
    const byName = async () => {
      const { containers } = await projectState(s.host, s.project);
      return new Map(containers.map((one) => [String(one.labels['com.docker.compose.service']), one]));
    };
    const made = await byName();
    const id = made.get('main')!.id;
    s.file('bound.yaml', file(`container:${id}`, `container:${id}`));
    const side = await s.step('hash', ['-f', 'bound.yaml', 'config', '--hash', 'side'], exits(0));
    expect(side.stdout).toBe(`side ${made.get('side')!.labels['com.docker.compose.config-hash']}\n`);
    await s.step('nothing to do', ['plan'], exits(0), prints('3 unchanged'));
    await s.step('another parent', ['up', '-d', '--force-recreate', 'main'], exits(0));
    await s.step('is noticed', ['plan'], exits(2), prints('2 to replace'));
    await s.step('up', ['up', '-d'], exits(0), service('side', 'running'), service('heir', 'running'));
    await s.step('nothing more', ['plan'], exits(0), prints('3 unchanged'));
    await s.step('down', ['down', '-v'], exits(0), nothingLeft());
  },
  { engines: ['docker'] },
);
