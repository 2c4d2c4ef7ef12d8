import { expect } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import type { ExecutionEvent } from '../../../src/execute/events.ts';
import { execute } from '../../../src/execute/execute.ts';
import type { ExecuteOptions } from '../../../src/execute/options.ts';
import { serviceHash } from '../../../src/model/hash.ts';
import type { Project } from '../../../src/model/project.ts';
import type { Service } from '../../../src/model/service.ts';
import { observe } from '../../../src/observe/collect.ts';
import { planDown } from '../../../src/plan/down.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { standardMaterials } from '../../../src/plan/standard.ts';
import { planUp } from '../../../src/plan/up.ts';
import { onEngines } from './engines.ts';

function projectOf(name: string, services: Readonly<Record<string, Service>>): Project {
  return {
    ...{ name, workingDir: '/', configFiles: [], environmentFiles: [], environment: {}, activeProfiles: [] },
    services: Object.fromEntries(
      Object.entries(services).map(([key, service]) => [
        key,
        { networks: { default: null }, image: 'busybox', ...service },
      ]),
    ),
    ...{ disabledServices: {}, configs: {}, secrets: {}, models: {}, extensions: {} },
    volumes: { data: { name: `${name}_data` } },
    networks: { default: { name: `${name}_default`, ipam: {} } },
  };
}

async function run(engine: Engine, plan: Plan, options: Partial<ExecuteOptions> = {}) {
  const events: ExecutionEvent[] = [];
  const result = await execute(plan, {
    ...{ engines: new Map([[engine.name, engine]]), signal: new AbortController().signal },
    emit: (event) => events.push(event),
    ...options,
  });
  const lines = events.flatMap((e) => (e.type === 'resource' ? [`${e.id} ${e.text}`] : []));
  const notices = events.flatMap((e) => (e.type === 'notice' ? [e.message] : []));
  return { result, lines, notices };
}

async function up(engine: Engine, project: Project, options: Partial<ExecuteOptions> = {}) {
  const observed = await observe(engine, project, {
    expectedHash: (name) => serviceHash(project.services[name]!),
  });
  const materials = standardMaterials({ project, facts: engine.facts, toolVersion: 'test' });
  return run(
    engine,
    planUp(project, observed, { command: 'up', services: [], start: true }, materials),
    options,
  );
}

async function down(engine: Engine, project: Project, options: Partial<ExecuteOptions> = {}) {
  const observed = await observe(engine, project, {});
  return run(engine, planDown(project, observed, { command: 'down', services: [], volumes: true }), options);
}

const sleeper: Service = { command: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'] };
const healthy = { condition: 'service_healthy', required: true } as const;

onEngines('up, again and down', async (engine, name) => {
  const project = projectOf(name, {
    db: {
      ...{ ...sleeper, healthcheck: { test: ['CMD-SHELL', 'test -e /data'] } },
      volumes: [{ type: 'volume', source: 'data', target: '/data' }],
    },
    seed: { command: ['true'], depends_on: { db: healthy } },
    web: {
      ...sleeper,
      depends_on: { db: healthy, seed: { condition: 'service_completed_successfully', required: true } },
    },
  });
  const began = Date.now();
  const first = await up(engine, project);
  expect(first.result.failures).toEqual([]);
  expect(Date.now() - began).toBeLessThan(15_000);
  for (const line of [
    `Container ${name}-db-1 Healthy`,
    `Container ${name}-seed-1 Exited`,
    `Container ${name}-web-1 Started`,
  ])
    expect(first.lines).toContain(line);
  const [web] = await engine.listContainers({ names: [`${name}-web-1`] });
  expect(web!.labels['com.docker.compose.image']).toBe((await engine.inspectImage('busybox'))!.id);

  const second = await up(engine, project);
  expect(second.result.exitCode).toBe(0);
  expect(second.lines.filter((line) => !line.endsWith(' Running'))).toEqual([]);

  const last = await down(engine, project);
  expect(last.result.failures).toEqual([]);
  expect(last.notices).toEqual([]);
  const labels = [`com.docker.compose.project=${name}`];
  expect(await engine.listContainers({ labels, all: true })).toEqual([]);
  expect(await engine.listNetworks({ labels })).toEqual([]);
  expect(await engine.listVolumes({ labels })).toEqual([]);
});

onEngines('a dependency that ends ends the wait, with its last words', async (engine, name) => {
  const project = projectOf(name, {
    db: { command: ['sh', '-c', 'echo no data >&2; exit 3'], healthcheck: { test: ['CMD', 'false'] } },
    web: { ...sleeper, depends_on: { db: healthy } },
  });
  const { result } = await up(engine, project);
  expect(result.exitCode).toBe(1);
  expect(result.failures[0]!.message).toBe(`dependency failed to start: container ${name}-db-1 exited (3)`);
  expect(result.failures[0]!.dossier).toMatchObject({
    service: 'db',
    exitCode: 3,
    log: ['no data'],
    neededBy: ['web'],
  });
});

onEngines('a command that is not in the image is named as the cause', async (engine, name) => {
  const { result } = await up(engine, projectOf(name, { web: { command: ['nowhere'] } }));
  expect(result.exitCode).toBe(1);
  expect(result.failures[0]!.dossier?.cause?.kind).toBe('missing-command');
});

onEngines('a recreation is told as one step, and keeps the volume', async (engine, name) => {
  const volumes = [{ type: 'volume', source: 'data', target: '/data' }] as const;
  const before = projectOf(name, { db: { ...sleeper, volumes } });
  await up(engine, before);
  const { lines, result } = await up(
    engine,
    projectOf(name, { db: { ...sleeper, volumes, environment: { A: 'b' } } }),
  );
  expect(result.failures).toEqual([]);
  expect(lines).toEqual([
    `Container ${name}-db-1 Recreate`,
    `Container ${name}-db-1 Recreated`,
    `Container ${name}-db-1 Starting`,
    `Container ${name}-db-1 Started`,
  ]);
  const all = await engine.listContainers({ labels: [`com.docker.compose.project=${name}`], all: true });
  expect(all.map((one) => one.name)).toEqual([`${name}-db-1`]);
});

onEngines(
  'a first process that ignores SIGTERM is not waited for, unless asked',
  async (engine, name) => {
    const project = projectOf(name, { db: { command: ['sleep', '1000'] }, web: sleeper });
    await up(engine, project);
    const began = Date.now();
    const { notices } = await down(engine, project);
    expect(Date.now() - began).toBeLessThan(8_000);
    expect(notices.join()).toContain(`SIGTERM: ${name}-db-1`);
    expect(notices.join()).not.toContain('web');

    const slow = projectOf(name, { db: { command: ['sleep', '1000'], stop_grace_period: '2s' } });
    await up(engine, slow);
    const again = Date.now();
    await down(engine, slow, { grace: 'always' });
    expect(Date.now() - again).toBeGreaterThan(1_900);
  },
  // The process of a container is seen from here only if the engine runs in the same PID namespace.
  ['docker'],
);

onEngines('hooks run, and a failing one fails the service', async (engine, name) => {
  const output: string[] = [];
  const hook = (text: string) => [{ command: ['sh', '-c', text], environment: { A: null } }];
  const options: Partial<ExecuteOptions> = {
    environment: { A: 'outside' },
    output: ({ service, stream }, text) => output.push(`${service} ${stream} ${text.trim()}`),
  };
  const good = await up(
    engine,
    projectOf(name, { web: { ...sleeper, post_start: hook('echo $A') } }),
    options,
  );
  expect(good.result.failures).toEqual([]);
  expect(output).toEqual(['web stdout outside']);
  const bad = await up(
    engine,
    projectOf(name, { web: { ...sleeper, post_start: hook('echo oh; exit 5'), environment: { B: 'c' } } }),
    options,
  );
  expect(bad.result.exitCode).toBe(1);
  expect(bad.result.failures[0]!.message).toBe('web hook exited with status 5');
});

onEngines('a pre_start hook runs in its own container, which is kept if it fails', async (engine, name) => {
  const output: string[] = [];
  const options: Partial<ExecuteOptions> = { output: (_, text) => output.push(text.trim()) };
  const volumes = [{ type: 'volume', source: 'data', target: '/data' }] as const;
  const good = projectOf(name, {
    web: { ...sleeper, volumes, pre_start: [{ command: ['sh', '-c', 'echo made'] }] },
  });
  expect((await up(engine, good, options)).result.failures).toEqual([]);
  expect(output.join(' ')).toBe('made');
  const labels = [`com.docker.compose.project=${name}`];
  expect(await engine.listContainers({ labels, all: true })).toHaveLength(1);
  const bad = projectOf(name, {
    web: { ...sleeper, volumes, pre_start: [{ command: ['sh', '-c', 'exit 4'] }], environment: { B: 'c' } },
  });
  const { result } = await up(engine, bad, options);
  expect(result.failures[0]!.message).toMatch(
    /^service "web" pre_start\[0\] exited with code 4 \(hook container [0-9a-f]{12} retained for inspection\)$/,
  );
  expect(await engine.listContainers({ labels, all: true })).toHaveLength(2);
});
