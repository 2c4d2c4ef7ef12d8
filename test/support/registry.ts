import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Debian's registry, if it is installed: scripts/test.mjs sees to that. */
export const hasRegistry =
  spawnSync('sh', ['-c', 'command -v docker-registry'], { stdio: 'ignore' }).status === 0;

/** Engines of the tests take these without proof; each test worker has ten of its own. */
let nextPort = 5000 + (Number(process.env['VITEST_POOL_ID'] ?? 0) % 2) * 10;

export function freePort(): number {
  return nextPort++;
}

export interface TestRegistry {
  /** `127.0.0.1:5000`. */
  readonly host: string;
  readonly port: number;
  /** Its own certificate, with TLS. */
  readonly certificate?: string;
  stop(): Promise<void>;
}

export const login = { username: 'tester', password: 's3cret-pass' } as const;
const passwordFile = `${login.username}:$2b$04$OeBJZ5XqRDZTuLiO2GpeQ.NbA04NJQUTDo1gjhv5SSBJc07yWW8su\n`;

/** A registry on loopback in a process of its own, empty, gone with `stop`. */
export async function startRegistry({ tls = false, auth = false } = {}): Promise<TestRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'tscr-'));
  const port = freePort();
  if (tls) makeCertificate(folder);
  if (auth) writeFileSync(join(folder, 'htpasswd'), passwordFile);
  writeFileSync(
    join(folder, 'config.yml'),
    JSON.stringify({
      version: '0.1',
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
      http: {
        addr: `127.0.0.1:${port}`,
        secret: 'test',
        ...(tls && { tls: { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') } }),
      },
      ...(auth && { auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } } }),
    }),
  );
  const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  for (let tries = 0; !(await listens(port)); tries++) {
    if (tries > 200 || child.exitCode !== null) throw new Error(`the registry does not start on ${port}`);
    await sleep(50);
  }
  return {
    ...{ host: `127.0.0.1:${port}`, port },
    ...(tls && { certificate: readFileSync(join(folder, 'cert.pem'), 'utf8') }),
    stop: async () => {
      child.kill('SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function makeCertificate(folder: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem'];
  const name = ['-subj', '/CN=test registry', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', 'cert.pem', '-days', '2', ...name], {
    ...{ cwd: folder, stdio: 'ignore' },
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

/** The digest that a tag stands for, from the registry itself. */
export async function digestOf({ host }: TestRegistry, repository: string, tag: string): Promise<string> {
  const kinds = ['docker.distribution.manifest.list.v2', 'docker.distribution.manifest.v2'];
  const open = ['oci.image.index.v1', 'oci.image.manifest.v1'];
  const Accept = [...kinds, ...open].map((kind) => `application/vnd.${kind}+json`).join(', ');
  const answer = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, { headers: { Accept } });
  const digest = answer.headers.get('docker-content-digest');
  if (!answer.ok || digest === null) throw new Error(`${repository}:${tag} is not in the registry`);
  return digest;
}
