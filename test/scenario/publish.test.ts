import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchange } from '../../src/registry/http.ts';
import { dropImage, makeImage } from '../support/images.ts';
import { digestOf, hasRegistry, login, startRegistry, type TestRegistry } from '../support/registry.ts';
import { exits, prints, printsNot, service } from './checks.ts';
import { type Scenario, scenario } from './scenario.ts';

let registry: TestRegistry;
let secured: TestRegistry;
beforeAll(async () => {
  if (!hasRegistry) return;
  registry = await startRegistry();
  secured = await startRegistry({ tls: true, auth: true });
});
afterAll(async () => {
  await registry?.stop();
  await secured?.stop();
});

const onDocker = { skip: !hasRegistry, engines: ['docker'] } as const;

function ownCache(s: Scenario): void {
  s.environment['XDG_CACHE_HOME'] = join(s.folder, 'cache');
}

scenario(
  'published files run from the registry, with what they extend and their env files',
  async (s) => {
    ownCache(s);
    const place = `${registry.host}/${s.project}/stack:1`;
    s.file(
      'compose.yaml',
      'services:\n  app:\n    extends: { file: base/base.yaml, service: base } # kept\n    command: sleep 1000\n',
    );
    s.file('over.yaml', 'services:\n  app:\n    env_file: [over.env]\n    stop_grace_period: 0s\n');
    s.file('over.env', 'OVER=1\n');
    s.file('base/base.yaml', 'services:\n  base:\n    image: busybox\n    env_file: base.env\n');
    s.file('base/base.env', 'BASE=1\n');
    const files = ['-f', 'compose.yaml', '-f', 'over.yaml'];
    await s.step('nobody agrees', [...files, 'publish', place], exits(3), prints('env_file declared'));
    await s.step(
      'tried out',
      [...files, '--dry-run', 'publish', '--with-env', place],
      exits(0),
      prints('published'),
    );
    await s.step(
      'nothing is there',
      ['-f', `oci://${place}`, 'config'],
      exits(1),
      prints('manifest unknown'),
    );
    await s.step(
      'publish',
      [...files, 'publish', '--with-env', place],
      exits(0),
      prints(`${place} published`),
    );
    await s.step(
      'config',
      ['-f', `oci://${place}`, 'config'],
      exits(0),
      prints('BASE: "1"'),
      prints('OVER: "1"'),
    );
    await s.step('up', ['-f', `oci://${place}`, 'up', '-d'], exits(0), service('app', 'running'));
    s.file('including.yaml', `include: ["oci://${place}"]\nservices:\n  more:\n    image: busybox\n`);
    await s.step(
      'include',
      ['-f', 'including.yaml', 'config', '--services'],
      exits(0),
      prints(/app/),
      prints(/more/),
    );
    s.file('lost.yaml', `services: {}\ninclude:\n  - oci://${place}-not\n`);
    await s.step(
      'what is not there is shown in its place',
      ['-f', 'lost.yaml', 'config'],
      exits(1),
      prints(/lost\.yaml:3:5: error TSC105: oci:.* can't be fetched: .*manifest unknown/),
    );
    await s.step('an old form', [...files, 'publish', '--with-env', '--oci-version', '1.0', place], exits(0));
    await s.step('is read too', ['-f', `oci://${place}`, 'config', '-q'], exits(0));
    await s.step('down', ['-f', `oci://${place}`, 'down'], exits(0));
  },
  onDocker,
);

scenario(
  'secrets in clear, build-only services and local includes are not published',
  async (s) => {
    const place = `${registry.host}/${s.project}:1`;
    const token = `ghp_${'a1'.repeat(18)}`;
    s.file('compose.yaml', `services:\n  app:\n    image: busybox\n    environment: { TOKEN: ${token} }\n`);
    await s.step(
      'secret',
      ['publish', '--yes', '--with-env', place],
      exits(3),
      prints(token),
      prints('Github'),
    );
    s.file('compose.yaml', 'services:\n  app:\n    image: busybox\n    environment: { DB_PASSWORD: abc }\n');
    await s.step('keyword', ['publish', place], exits(3), prints('literal value for "DB_PASSWORD"'));
    s.file('compose.yaml', 'services:\n  app:\n    build: .\n');
    await s.step('build only', ['publish', '--yes', place], exits(1), prints('- "app"'));
    s.file('compose.yaml', 'include: [more.yaml]\nservices:\n  app:\n    image: busybox\n');
    s.file('more.yaml', 'services:\n  more:\n    image: busybox\n');
    await s.step('include', ['publish', '--yes', place], exits(1), prints('local includes'));
    s.file('compose.yaml', 'services:\n  app:\n    image: busybox\n    volumes: ["./data:/data"]\n');
    await s.step('bind mount', ['publish', place], exits(3), prints(':/data'), printsNot(/ published $/m));
    await s.step('image', ['-f', `oci://${place}`, 'config'], exits(1));
  },
  onDocker,
);

scenario(
  'an application takes its images along, by digest, into a private registry',
  async (s) => {
    ownCache(s);
    const folder = join(s.folder, 'docker');
    mkdirSync(folder);
    const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64');
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [secured.host]: { auth } } }));
    s.environment['DOCKER_CONFIG'] = folder;
    const image = `${registry.host}/${s.project}:1`;
    await makeImage(s.host, image, { mark: 'app', bytes: 200_000 });
    s.file('compose.yaml', `services:\n  app:\n    image: ${image}\n    build: .\n`);
    const place = `${secured.host}/${s.project}/app:1`;
    await s.step('publish', ['publish', '--app', place], exits(0), prints(`${image} Pushed`));
    const digest = await digestOf(registry, s.project, '1');
    await s.step('config', ['-f', `oci://${place}`, 'config'], exits(0), prints(`${image}@${digest}`));
    const copied = await fetchSecured(`/v2/${s.project}/app/manifests/${digest}`);
    expect(copied.status).toBe(200);
    await dropImage(s.host, image);
    delete s.environment['DOCKER_CONFIG'];
    await s.step('nobody may read it', ['-f', `oci://${place}`, 'config'], exits(1), prints('log in'));
  },
  onDocker,
);

async function fetchSecured(path: string) {
  const Authorization = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const Accept =
    'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json';
  const headers = { Authorization, Accept };
  const url = new URL(`https://${secured.host}${path}`);
  return await exchange(
    url,
    { method: 'GET', headers },
    { tls: { ca: secured.certificate! }, insecure: false },
  );
}

test.skipIf(!hasRegistry)('a certificate of nobody is refused, one of the user is not', async () => {
  const url = new URL(`https://${secured.host}/v2/`);
  const unknown = exchange(url, { method: 'GET' }, { tls: {}, insecure: false });
  await expect(unknown).rejects.toMatchObject({ code: 'registry-unreachable' });
  expect((await fetchSecured('/v2/')).status).toBe(200);
});
